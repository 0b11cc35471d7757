"""URLs of submissions and their scoreboard."""

from django.urls import path

from investigate.submissions.views import close_all, escalate, scoreboard, submissions, submit

urlpatterns = [
    path("submissions/", submissions.submission_list, name="submissions"),
    path("submissions/scoreboard/", scoreboard.scores, name="scoreboard"),
    path("submissions/submit/", submit.submit, name="submit"),
    path("submissions/<opaque_id:key>/", submissions.submission, name="submission"),
    path("submissions/<opaque_id:key>/escalate/", escalate.escalate_submission, name="escalate"),
    path("submissions/<opaque_id:key>/close-all/", close_all.close_all_reports, name="close_all"),
]
