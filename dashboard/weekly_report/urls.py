"""URL patterns of the weekly report."""

from django.urls import path

from dashboard.weekly_report import views

app_name = "weekly_report"

urlpatterns = [
    path("", views.settings_page, name="settings"),
    path("add/", views.add, name="add"),
    path("<int:recipient_id>/remove/", views.remove, name="remove"),
    path("try/", views.trial, name="try"),
    path("pdf/", views.download, name="pdf"),
]
