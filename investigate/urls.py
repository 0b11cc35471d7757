"""URLs of the search, of messages, and of the team's annotations."""

from django.urls import include, path, register_converter

from dashboard.opaque_ids import OpaqueIdConverter

register_converter(OpaqueIdConverter, "message_id")

app_name = "investigate"

urlpatterns = [
    path("", include("investigate.dealing.urls")),
    path("evidence/", include("investigate.evidence.urls")),
    path("", include("investigate.search.urls")),
    path("", include("investigate.message.urls")),
]
