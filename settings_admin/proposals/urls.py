"""URL patterns of proposed entries."""

from django.urls import path, register_converter

from settings_admin.converters import KindConverter
from settings_admin.views import proposals

register_converter(KindConverter, "proposed_kind")

app_name = "proposals"

urlpatterns = [
    path("", proposals.proposal_list, name="list"),
    path("new/<proposed_kind:kind>/", proposals.propose, name="new"),
    path("<int:proposal_id>/", proposals.proposal, name="proposal"),
    path("<int:proposal_id>/accept/", proposals.accept, name="accept"),
    path("<int:proposal_id>/refuse/", proposals.refuse, name="refuse"),
    path("<int:proposal_id>/withdraw/", proposals.withdraw, name="withdraw"),
    path("<int:proposal_id>/look/", proposals.look, name="look"),
]
