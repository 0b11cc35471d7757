"""Addresses of submissions and PhishGuard reports."""

from django.urls import path, register_converter

from investigate.phishguard import views as reports
from investigate.reviews import views as actions
from investigate.reviews.lookup import KindConverter
from investigate.submissions.views import submissions, submit

register_converter(KindConverter, "review_kind")

app_name = "reviews"

urlpatterns = [
    path("submissions/", submissions.submission_list, name="submissions"),
    path("submissions/scoreboard/", submissions.scores, name="scoreboard"),
    path("submissions/submit/", submit.submit, name="submit"),
    path("submissions/<str:key>/", submissions.submission, name="submission"),
    path("submissions/<str:key>/escalate/", actions.escalate_submission, name="escalate"),
    path("phishguard/", reports.report_list, name="reports"),
    path("phishguard/<int:key>/", reports.report, name="report"),
    path("<review_kind:kind>/<str:key>/claim/", actions.claim_thing, name="claim"),
    path("<review_kind:kind>/<str:key>/unclaim/", actions.unclaim_thing, name="unclaim"),
    path("<review_kind:kind>/<str:key>/note/", actions.note_thing, name="note"),
    path("<review_kind:kind>/<str:key>/close/", actions.close_thing, name="close"),
    path("<review_kind:kind>/<str:key>/reopen/", actions.reopen_thing, name="reopen"),
]
