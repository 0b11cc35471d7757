"""What goes with the list: its columns, how many match in all, whether new mail came, and saved searches."""

import logging
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from api_client import ApiError
from dashboard.audit.actor import actor_of
from dashboard.people.preferences import DENSITY_COOKIE, Density, remember
from dashboard.requests import ConsoleRequest
from dashboard.roles import Capability, can, demand, requires
from investigate.search.address import search_query, search_url
from investigate.search.columns import COLUMNS, COOKIE, USUAL
from investigate.search.form import SearchForm
from investigate.search.results import newer_messages
from investigate.search.saved.models import SavedSearch
from investigate.search.saved.services import NameTaken, search_delete, search_save
from investigate.search.walks.services import count_of

logger = logging.getLogger(__name__)
STOP_POLLING = 286


class ColumnsForm(forms.Form):
    """Which columns, and how high their rows."""

    columns = forms.MultipleChoiceField(required=False, choices=[(slug, slug) for slug in COLUMNS])
    density = forms.ChoiceField(required=False, choices=[(density.value, density.value) for density in Density])


class SaveForm(forms.Form):
    """The name of a search that is kept."""

    name = forms.CharField(max_length=80)


@require_POST
@requires(Capability.SEARCH)
def columns(request: ConsoleRequest) -> HttpResponse:
    """Keep which columns the person wants, and go back to the list."""
    response = HttpResponseRedirect(back_to_list(request))
    form = ColumnsForm(request.POST)
    if form.is_valid():
        chosen = form.cleaned_data["columns"]
        remember(response, COOKIE, "" if tuple(chosen) == USUAL else ".".join(chosen))
        if form.cleaned_data["density"]:
            remember(response, DENSITY_COOKIE, form.cleaned_data["density"])
    return response


@require_safe
@never_cache
@requires(Capability.SEARCH)
def count(request: ConsoleRequest) -> HttpResponse:
    """Show how many messages match in all, as far as the worker has counted; at the end polling stops."""
    form = SearchForm(request.GET)
    if not form.is_valid():
        return HttpResponse(status=STOP_POLLING)
    found = count_of(form, user=request.user if isinstance(request.user, User) else None)
    context = {"count": found, "count_url": f"{reverse('investigate:count')}?{search_query(form).urlencode()}"}
    status = 200 if found.is_active else STOP_POLLING
    return render(request, "investigate/search/_count.html", context, status=status)


@require_safe
@never_cache
@requires(Capability.SEARCH)
def newer(request: ConsoleRequest) -> HttpResponse:
    """Tell how much new mail matches; the list itself stays as it is."""
    form = SearchForm(request.GET)
    context: dict[str, Any] = {"newer": 0, "newer_url": request.get_full_path()}
    if form.is_valid():
        try:
            context["newer"] = newer_messages(form, after=str(request.GET.get("after", ""))[:255])
            context["newest_url"] = search_url(search_query(form))
        except ApiError as error:
            # The next look may succeed; nobody asked for this one.
            logger.info("Could not look for new mail: %r", str(error))
    return render(request, "investigate/search/_newer.html", context)


@require_POST
@requires(Capability.SEARCH)
def save(request: ConsoleRequest) -> HttpResponse:
    """Keep the search under a name, for everybody in the team."""
    search, form = SearchForm(request.GET), SaveForm(request.POST)
    if not search.is_valid():
        messages.error(request, "That search can't be made, so it can't be kept.")
        return HttpResponseRedirect(reverse("investigate:search"))
    if not form.is_valid():
        messages.error(request, "Give it a name of 80 characters at most.")
    else:
        try:
            saved = search_save(actor=actor_of(request), name=form.cleaned_data["name"], form=search)
            messages.success(request, f"Saved as “{saved.name}”. Everybody in the team finds it under “Saved”.")
        except NameTaken:
            messages.error(request, f"There is a search named “{form.cleaned_data['name']}” already.")
    return HttpResponseRedirect(search_url(search_query(search)))


@require_POST
@requires(Capability.SEARCH)
def unsave(request: ConsoleRequest, saved_id: int) -> HttpResponse:
    """Forget a saved search: one's own, or any for whoever manages policies."""
    saved = get_object_or_404(SavedSearch, pk=saved_id)
    if saved.created_by_id != request.user.pk and not can(request.user, Capability.MANAGE_POLICIES):
        demand(request, Capability.MANAGE_POLICIES, object_kind="search", object_id=str(saved.pk))
    search_delete(actor=actor_of(request), saved=saved)
    messages.success(request, f"“{saved.name}” is no longer saved.")
    return HttpResponseRedirect(back_to_list(request))


def back_to_list(request: ConsoleRequest) -> str:
    """Return the page that the form names, as long as it is one of ours; else the search."""
    back = str(request.POST.get("next", ""))
    ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return back if ours else reverse("investigate:search")
