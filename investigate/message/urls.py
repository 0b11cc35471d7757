"""URLs of one message: its page and tabs, its content, its neighbours, and its actions."""

from django.urls import path

from investigate.message.views.actions import act, block
from investigate.message.views.annotate import assign, note
from investigate.message.views.content import preview_png, raw_eml, raw_zip
from investigate.message.views.holds import holds
from investigate.message.views.message import message
from investigate.message.views.neighbours import beyond, steps
from investigate.message.views.reason import reason
from investigate.message.views.reclassify import reclassify
from investigate.message.views.seen import seen
from investigate.message.views.sender_history import sender_history
from investigate.message.views.tag import tag, untag

urlpatterns = [
    path("beyond/", beyond, name="beyond"),
    path("sender-history/", sender_history, name="sender_history"),
    path("messages/<message_id:message_id>/", message, name="message"),
    path("messages/<message_id:message_id>/preview.png", preview_png, name="preview_png"),
    path("messages/<message_id:message_id>/raw.eml", raw_eml, name="raw_eml"),
    path("messages/<message_id:message_id>/raw.zip", raw_zip, name="raw_zip"),
    path("messages/<message_id:message_id>/act/", act, name="act"),
    path("messages/<message_id:message_id>/block/", block, name="block"),
    path("messages/<message_id:message_id>/note/", note, name="note"),
    path("messages/<message_id:message_id>/assign/", assign, name="assign"),
    path("messages/<message_id:message_id>/tag/", tag, name="tag"),
    path("messages/<message_id:message_id>/untag/", untag, name="untag"),
    path("messages/<message_id:message_id>/reclassify/", reclassify, name="reclassify"),
    path("messages/<message_id:message_id>/reason/", reason, name="reason"),
    path("messages/<message_id:message_id>/steps/", steps, name="steps"),
    path("messages/<message_id:message_id>/holds/", holds, name="holds"),
    path("messages/<message_id:message_id>/seen/", seen, name="seen"),
    path("messages/<message_id:message_id>/<slug:tab>/", message, name="message_tab"),
]
