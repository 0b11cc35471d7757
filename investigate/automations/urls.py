"""URLs of automations and notices."""

from django.urls import path

from investigate.automations.views import automations, notices, switching

app_name = "automations"

urlpatterns = [
    path("automations/", automations.list_page, name="list"),
    path("automations/new/", automations.new, name="new"),
    path("notices/", notices.list_page, name="notices"),
    path("notices/<int:notice_id>/done/", notices.done, name="notice_done"),
    path("automations/<int:automation_id>/", automations.detail, name="detail"),
    path("automations/<int:automation_id>/edit/", automations.edit, name="edit"),
    path("automations/<int:automation_id>/replay/", automations.replay, name="replay"),
    path("automations/<int:automation_id>/delete/", automations.delete, name="delete"),
    path("automations/<int:automation_id>/watch/", switching.watch, name="watch"),
    path("automations/<int:automation_id>/on/", switching.switch_on, name="switch_on"),
    path("automations/<int:automation_id>/resume/", switching.resume, name="resume"),
    path("automations/<int:automation_id>/off/", switching.switch_off, name="switch_off"),
]
