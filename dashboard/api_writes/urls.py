"""URL patterns of writes by API that wait."""

from django.urls import path

from dashboard.api_writes import views

app_name = "api_writes"

urlpatterns = [
    path("", views.request_list, name="list"),
    path("<uuid:request_id>/", views.detail, name="detail"),
    path("<uuid:request_id>/approve/", views.approve, name="approve"),
    path("<uuid:request_id>/refuse/", views.refuse, name="refuse"),
]
