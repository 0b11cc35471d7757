"""URL of the settings of answers to reporters."""

from django.urls import path

from investigate.reporter_answers import views

app_name = "reporter_answers"

urlpatterns = [path("", views.settings_page, name="settings")]
