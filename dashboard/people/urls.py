"""URL patterns of the account page."""

from django.urls import path

from dashboard.people import session_views, views

app_name = "people"

urlpatterns = [
    path("", views.account, name="account"),
    path("display/", views.display, name="display"),
    path("theme/", views.theme, name="theme"),
    path("email/", views.email, name="email"),
    path("sessions/", session_views.sessions, name="sessions"),
    path("sessions/end/", session_views.end_others, name="sessions_end"),
    path("sessions/<int:session_id>/end/", session_views.end_one, name="session_end"),
]
