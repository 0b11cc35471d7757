"""URLs of submissions and their scoreboard."""

from django.urls import path

from investigate.submissions.views import escalate, scoreboard, submissions, submit

urlpatterns = [
    path("submissions/", submissions.submission_list, name="submissions"),
    path("submissions/scoreboard/", scoreboard.scores, name="scoreboard"),
    path("submissions/submit/", submit.submit, name="submit"),
    path("submissions/<str:key>/", submissions.submission, name="submission"),
    path("submissions/<str:key>/escalate/", escalate.escalate_submission, name="escalate"),
]
