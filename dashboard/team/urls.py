"""URL patterns of the user management."""

from django.urls import path

from dashboard.team import views

app_name = "team"

urlpatterns = [
    path("", views.people, name="people"),
    path("invite/", views.invite, name="invite"),
    path("<int:person_id>/role/", views.role, name="role"),
    path("<int:person_id>/deactivate/", views.deactivate, name="deactivate"),
    path("<int:person_id>/activate/", views.activate, name="activate"),
    path("<int:person_id>/sign-out/", views.sign_out, name="sign_out"),
    path("<int:person_id>/vouch/", views.vouch_for, name="vouch"),
    path("<int:person_id>/renew/", views.renew, name="renew"),
    path("<int:person_id>/second-factor/", views.second_factor, name="second_factor"),
    path("welcome/<str:uid>/<str:token>/", views.welcome, name="welcome"),
]
