"""URL patterns of those pages of allauth that are used. Pages that aren't here don't exist."""

from allauth.account import views
from django.urls import include, path, re_path

from dashboard.people.reset import only_with_mail

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("sso/", include("dashboard.people.single_sign_on.urls")),
    path("2fa/", include("dashboard.people.second_factors.urls")),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/reset/", only_with_mail(views.password_reset), name="account_reset_password"),
    path("password/reset/done/", only_with_mail(views.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        only_with_mail(views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        only_with_mail(views.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
]
