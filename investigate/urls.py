"""Addresses of the search and of messages."""

from django.urls import path, register_converter

from investigate.annotations.views import assign, note
from investigate.message.id_converter import MessageIdConverter
from investigate.message.views.actions import act
from investigate.message.views.content import preview_png, raw_eml, raw_zip
from investigate.message.views.message import message
from investigate.message.views.neighbours import beyond, steps
from investigate.message.views.reclassify import reclassify
from investigate.search.views.completions import completions
from investigate.search.views.exports import export, export_cancel, export_download, export_list, export_new
from investigate.search.views.list_tools import columns, count, newer, save, unsave
from investigate.search.views.search import further, search
from investigate.search.views.select_all import freeze, gathering, select_matching

register_converter(MessageIdConverter, "message_id")

app_name = "investigate"

urlpatterns = [
    path("", search, name="search"),
    path("further/", further, name="further"),
    path("completions/", completions, name="completions"),
    path("beyond/", beyond, name="beyond"),
    path("columns/", columns, name="columns"),
    path("count/", count, name="count"),
    path("newer/", newer, name="newer"),
    path("saved/", save, name="save"),
    path("saved/<int:saved_id>/delete/", unsave, name="unsave"),
    path("select/", select_matching, name="select"),
    path("gatherings/<uuid:gathering_id>/", gathering, name="gathering"),
    path("gatherings/<uuid:gathering_id>/freeze/", freeze, name="freeze"),
    path("exports/", export_list, name="exports"),
    path("exports/new/", export_new, name="export_new"),
    path("exports/<uuid:export_id>/", export, name="export"),
    path("exports/<uuid:export_id>/cancel/", export_cancel, name="export_cancel"),
    path("exports/<uuid:export_id>/download/", export_download, name="export_download"),
    path("messages/<message_id:message_id>/", message, name="message"),
    path("messages/<message_id:message_id>/preview.png", preview_png, name="preview_png"),
    path("messages/<message_id:message_id>/raw.eml", raw_eml, name="raw_eml"),
    path("messages/<message_id:message_id>/raw.zip", raw_zip, name="raw_zip"),
    path("messages/<message_id:message_id>/act/", act, name="act"),
    path("messages/<message_id:message_id>/note/", note, name="note"),
    path("messages/<message_id:message_id>/assign/", assign, name="assign"),
    path("messages/<message_id:message_id>/reclassify/", reclassify, name="reclassify"),
    path("messages/<message_id:message_id>/steps/", steps, name="steps"),
    path("messages/<message_id:message_id>/<slug:tab>/", message, name="message_tab"),
]
