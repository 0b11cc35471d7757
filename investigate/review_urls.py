"""URLs of submissions and PhishGuard reports, and of the actions claim, unclaim, note, close and reopen."""

from django.urls import include, path, register_converter

from investigate.reviews import views
from investigate.reviews.lookup import KindConverter

register_converter(KindConverter, "review_kind")

app_name = "reviews"

urlpatterns = [
    path("", include("investigate.submissions.urls")),
    path("", include("investigate.phishguard.urls")),
    path("<review_kind:kind>/<opaque_id:key>/claim/", views.claim_item, name="claim"),
    path("<review_kind:kind>/<opaque_id:key>/unclaim/", views.unclaim_item, name="unclaim"),
    path("<review_kind:kind>/<opaque_id:key>/note/", views.note_on_item, name="note"),
    path("<review_kind:kind>/<opaque_id:key>/close/", views.close_item, name="close"),
    path("<review_kind:kind>/<opaque_id:key>/reopen/", views.reopen_item, name="reopen"),
]
