"""Views that save a search for the team, pin a saved search, and delete one."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from dashboard.audit.actor import actor_of
from dashboard.requests import ConsoleRequest
from dashboard.return_url import return_url
from dashboard.roles import Capability, can, demand
from investigate.search.address import search_query, search_url
from investigate.search.form import SearchForm
from investigate.search.saved.models import SavedSearch
from investigate.search.saved.services import (
    PINNED_AT_MOST,
    NameTaken,
    TooManyViews,
    search_delete,
    search_pin,
    search_save,
)


class SaveForm(forms.Form):
    """Form for the name of a saved search."""

    name = forms.CharField(max_length=80)


@require_POST
def save(request: ConsoleRequest) -> HttpResponse:
    """Save the search in the URL under a name, for everybody in the team."""
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
def unsave(request: ConsoleRequest, saved_id: int) -> HttpResponse:
    """Delete a saved search. Users may delete their own; users who may manage policies may delete any."""
    saved = get_object_or_404(SavedSearch, pk=saved_id)
    if saved.created_by_id != request.user.pk and not can(request.user, Capability.MANAGE_POLICIES):
        demand(request, Capability.MANAGE_POLICIES, object_kind="search", object_id=str(saved.pk))
    search_delete(actor=actor_of(request), saved=saved)
    messages.success(request, f"“{saved.name}” is no longer saved.")
    return HttpResponseRedirect(return_url(request, default=reverse("investigate:search")))


@require_POST
def pin(request: ConsoleRequest, saved_id: int) -> HttpResponse:
    """Make a saved search a view of the team, or with `unpin` no longer."""
    saved = get_object_or_404(SavedSearch, pk=saved_id)
    is_pinned = "unpin" not in request.POST
    try:
        search_pin(actor=actor_of(request), saved=saved, is_pinned=is_pinned)
    except TooManyViews:
        messages.error(request, f"The team has {PINNED_AT_MOST} views already. Take one down first.")
    else:
        where = "stands beside the quick searches, for everybody" if is_pinned else "is under “Saved” alone"
        messages.success(request, f"“{saved.name}” {where}.")
    return HttpResponseRedirect(return_url(request, default=reverse("investigate:search")))
