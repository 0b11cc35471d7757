"""URL that leads from what was pointed at to what can be done about it."""

from django.urls import path

from investigate.dealing.views import deal

urlpatterns = [path("deal/", deal, name="deal")]
