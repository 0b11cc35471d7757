"""URL patterns of legal holds."""

from django.urls import path

from dashboard.holds import views

app_name = "holds"

urlpatterns = [
    path("", views.holds_page, name="list"),
    path("set/", views.set_hold, name="set"),
    path("<uuid:hold_id>/lift/", views.lift, name="lift"),
]
