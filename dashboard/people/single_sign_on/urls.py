"""URL patterns of single sign-on: the way out to the provider and the way back."""

from allauth.socialaccount.providers.openid_connect import views
from django.urls import path

from dashboard.people.single_sign_on.groups import PROVIDER_ID

urlpatterns = [
    path("login/", views.login, {"provider_id": PROVIDER_ID}, name="openid_connect_login"),
    path("callback/", views.callback, {"provider_id": PROVIDER_ID}, name="openid_connect_callback"),
]
