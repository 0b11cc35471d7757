"""URLs of campaigns."""

from django.urls import path

from investigate.campaigns.views import acts, pages

app_name = "campaigns"

urlpatterns = [
    path("", pages.campaign_list, name="list"),
    path("<slug:key>/", pages.campaign, name="campaign"),
    path("<slug:key>/text/", pages.text, name="text"),
    path("<slug:key>/select/", acts.select, name="select"),
    path("<slug:key>/split/", acts.split, name="split"),
    path("<slug:key>/merge/", acts.merge, name="merge"),
    path("<slug:key>/undo/<int:change>/", acts.undo, name="undo"),
]
