"""URL patterns of the audit trail."""

from django.urls import path

from dashboard.audit import views

app_name = "audit"

urlpatterns = [
    path("", views.audit_list, name="list"),
    path("<int:entry_id>/", views.audit_detail, name="entry"),
    path("export.csv", views.audit_export, name="export"),
]
