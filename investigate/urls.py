"""URLs of the search, of messages, and of the team's annotations."""

from django.urls import include, path, register_converter

from investigate.message.id_converter import MessageIdConverter

register_converter(MessageIdConverter, "message_id")

app_name = "investigate"

urlpatterns = [
    path("evidence/", include("investigate.evidence.urls")),
    path("", include("investigate.search.urls")),
    path("", include("investigate.message.urls")),
]
