"""URL patterns of the account page."""

from django.urls import path

from dashboard.people import views

app_name = "people"

urlpatterns = [
    path("", views.account, name="account"),
    path("display/", views.display, name="display"),
    path("theme/", views.theme, name="theme"),
]
