"""URL pattern of the overview, the console's home page."""

from django.urls import path

from dashboard.overview.views import overview

urlpatterns = [path("", overview, name="home")]
