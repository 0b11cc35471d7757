"""Addresses of a message's notes and of its assignee."""

from django.urls import path

from investigate.annotations.views import assign, note

urlpatterns = [
    path("messages/<message_id:message_id>/note/", note, name="note"),
    path("messages/<message_id:message_id>/assign/", assign, name="assign"),
]
