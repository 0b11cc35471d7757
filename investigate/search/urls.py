"""URLs of the search page, its list, saved searches, counts, selections and exports."""

from django.urls import path

from investigate.search.views.columns import columns
from investigate.search.views.completions import completions
from investigate.search.views.counts import count, newer
from investigate.search.views.exports import export, export_cancel, export_download, export_list, export_new
from investigate.search.views.saved import pin, save, unsave
from investigate.search.views.search import fields, further, search
from investigate.search.views.select_all import freeze, gathering, select_matching
from investigate.search.views.tag_selected import tag_selected

urlpatterns = [
    path("", search, name="search"),
    path("fields/", fields, name="fields"),
    path("further/", further, name="further"),
    path("completions/", completions, name="completions"),
    path("columns/", columns, name="columns"),
    path("count/", count, name="count"),
    path("newer/", newer, name="newer"),
    path("saved/", save, name="save"),
    path("saved/<int:saved_id>/pin/", pin, name="pin"),
    path("saved/<int:saved_id>/delete/", unsave, name="unsave"),
    path("select/", select_matching, name="select"),
    path("tag/", tag_selected, name="tag_selected"),
    path("gatherings/<uuid:gathering_id>/", gathering, name="gathering"),
    path("gatherings/<uuid:gathering_id>/freeze/", freeze, name="freeze"),
    path("exports/", export_list, name="exports"),
    path("exports/new/", export_new, name="export_new"),
    path("exports/<uuid:export_id>/", export, name="export"),
    path("exports/<uuid:export_id>/cancel/", export_cancel, name="export_cancel"),
    path("exports/<uuid:export_id>/download/", export_download, name="export_download"),
]
