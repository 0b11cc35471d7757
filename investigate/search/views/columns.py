"""View of the columns and the row density of the message list, and of the export: the menu, and what is stored."""

from django import forms
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from dashboard.people.preferences import DENSITY_COOKIE, Density, remember
from dashboard.requests import ConsoleRequest, wants_fragment
from dashboard.return_url import return_url
from investigate.search.address import PLACE_PARAMETERS, canonical_query, search_url, without
from investigate.search.columns import COLUMNS, COOKIE, USUAL, columns_of
from investigate.search.form import SearchForm


class ColumnsForm(forms.Form):
    """Form for the columns and the row density of the list."""

    columns = forms.MultipleChoiceField(required=False, choices=[(slug, slug) for slug in COLUMNS])
    density = forms.ChoiceField(required=False, choices=[(density.value, density.value) for density in Density])


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: ConsoleRequest) -> HttpResponse:
    """Show the menu of a search, which the search page fetches once it is opened, or store what was chosen in it.

    The choice is stored in cookies. Then the list is shown again.
    """
    if request.method != "POST":
        return _menu(request)
    response = HttpResponseRedirect(return_url(request, default=reverse("investigate:search")))
    form = ColumnsForm(request.POST)
    if form.is_valid():
        chosen = form.cleaned_data["columns"]
        remember(response, COOKIE, "" if tuple(chosen) == USUAL else ".".join(chosen))
        if form.cleaned_data["density"]:
            remember(response, DENSITY_COOKIE, form.cleaned_data["density"])
    return response


def _menu(request: ConsoleRequest) -> HttpResponse:
    form = SearchForm(request.GET)
    query = canonical_query(form) if form.is_valid() else QueryDict()
    context = {
        "columns": columns_of(request),
        "all_columns": COLUMNS.values(),
        "list_url": search_url(query),
        "export_url": f"{reverse('investigate:export_new')}?{without(query, PLACE_PARAMETERS).urlencode()}",
    }
    template = "investigate/search/_columns_menu.html" if wants_fragment(request) else "investigate/search/columns.html"
    return render(request, template, context)
