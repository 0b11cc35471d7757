"""URL patterns of the API tokens."""

from django.urls import path

from dashboard.api_tokens import views

app_name = "api_tokens"

urlpatterns = [
    path("", views.token_list, name="list"),
    path("new/", views.new, name="new"),
    path("<int:token_id>/", views.token, name="token"),
    path("<int:token_id>/rotate/", views.rotate, name="rotate"),
    path("<int:token_id>/revoke/", views.revoke, name="revoke"),
]
