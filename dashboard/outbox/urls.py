"""URL patterns of the outbox."""

from django.urls import path

from dashboard.outbox import views

app_name = "outbox"

urlpatterns = [
    path("", views.list_page, name="list"),
    path("<int:entry_id>/retry/", views.retry, name="retry"),
    path("<int:entry_id>/give-up/", views.give_up, name="give_up"),
]
