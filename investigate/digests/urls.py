"""URLs of digests: the settings, and the pages that recipients open by a signed link."""

from django.urls import path

from investigate.digests.views import public, settings

app_name = "digests"

urlpatterns = [
    path("digests/", settings.overview, name="settings"),
    path("digests/domains/", settings.domains, name="domains"),
    path("digests/<str:domain>/", settings.rule, name="rule"),
    path("digests/<str:domain>/delete/", settings.delete, name="delete"),
    path("digests/<str:domain>/test/", settings.test, name="test"),
    path("held/list/<str:token>/", public.held, name="held"),
    path("held/choice/<str:token>/", public.choice, name="choice"),
]
