"""URL patterns of the connection page."""

from django.urls import path

from dashboard.connection import views

app_name = "connection"

urlpatterns = [
    path("", views.connection, name="page"),
    path("state/", views.state, name="state"),
    path("token/", views.token, name="token"),
]
