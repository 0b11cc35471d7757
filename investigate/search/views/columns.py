"""View that stores the user's choice of columns and row density of the message list."""

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from dashboard.people.preferences import DENSITY_COOKIE, Density, remember
from dashboard.requests import ConsoleRequest
from dashboard.return_url import return_url
from investigate.search.columns import COLUMNS, COOKIE, USUAL


class ColumnsForm(forms.Form):
    """Form for the columns and the row density of the list."""

    columns = forms.MultipleChoiceField(required=False, choices=[(slug, slug) for slug in COLUMNS])
    density = forms.ChoiceField(required=False, choices=[(density.value, density.value) for density in Density])


@require_POST
def columns(request: ConsoleRequest) -> HttpResponse:
    """Store the chosen columns and density in cookies, and redirect back to the list."""
    response = HttpResponseRedirect(return_url(request, default=reverse("investigate:search")))
    form = ColumnsForm(request.POST)
    if form.is_valid():
        chosen = form.cleaned_data["columns"]
        remember(response, COOKIE, "" if tuple(chosen) == USUAL else ".".join(chosen))
        if form.cleaned_data["density"]:
            remember(response, DENSITY_COOKIE, form.cleaned_data["density"])
    return response
