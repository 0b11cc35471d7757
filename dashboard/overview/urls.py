"""The address of the overview: the console's front door."""

from django.urls import path

from dashboard.overview.views import overview

urlpatterns = [path("", overview, name="home")]
