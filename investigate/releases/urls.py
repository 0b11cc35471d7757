"""URLs of the release watch."""

from django.urls import path

from investigate.releases import views

app_name = "releases"

urlpatterns = [
    path("", views.release_list, name="list"),
    path("<int:release_id>/seen/", views.release_seen, name="seen"),
]
