"""URLs of events that leave, and of their destinations."""

from django.urls import path

from investigate.event_export.views import asking, destinations

app_name = "events"

urlpatterns = [
    path("", destinations.list_page, name="list"),
    path("new/<slug:way>/", destinations.new, name="new"),
    path("<int:destination_id>/", destinations.detail, name="detail"),
    path("<int:destination_id>/edit/", destinations.edit, name="edit"),
    path("<int:destination_id>/rotate/", destinations.rotate, name="rotate"),
    path("<int:destination_id>/delete/", destinations.delete, name="delete"),
    path("<int:destination_id>/test/", asking.test, name="test"),
    path("<int:destination_id>/pause/", asking.pause, name="pause"),
    path("<int:destination_id>/resume/", asking.resume, name="resume"),
    path("<int:destination_id>/retry/", asking.retry, name="retry"),
    path("<int:destination_id>/replay/", asking.replay, name="replay"),
]
