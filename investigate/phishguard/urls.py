"""URLs of PhishGuard reports."""

from django.urls import path

from investigate.phishguard import views

urlpatterns = [
    path("phishguard/", views.report_list, name="reports"),
    path("phishguard/<int:key>/", views.report, name="report"),
]
