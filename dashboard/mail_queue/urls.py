"""URL patterns of the mail queue."""

from django.urls import path

from dashboard.mail_queue import views

app_name = "mail_queue"

urlpatterns = [
    path("", views.list_page, name="list"),
    path("<int:copy_id>/retry/", views.retry, name="retry"),
    path("<int:copy_id>/give-up/", views.give_up, name="give_up"),
]
