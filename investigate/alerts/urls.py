"""URL patterns of alerts."""

from django.urls import path

from investigate.alerts import views

app_name = "alerts"

urlpatterns = [
    path("alerts/", views.list_page, name="list"),
    path("alerts/new/", views.new, name="new"),
    path("alerts/<int:alert_id>/", views.detail, name="detail"),
    path("alerts/<int:alert_id>/on/", views.switch_on, name="on"),
    path("alerts/<int:alert_id>/off/", views.switch_off, name="off"),
    path("alerts/<int:alert_id>/try/", views.trial, name="try"),
    path("alerts/<int:alert_id>/delete/", views.delete, name="delete"),
]
