"""Views that select everything that a search finds, of any number, for a job."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from api_client.models import MailboxDestination
from dashboard.jobs.states import JobAction
from dashboard.polling import STOP_POLLING
from dashboard.requests import ConsoleRequest, wants_fragment
from investigate.search.form import SearchForm
from investigate.search.views.recording import record_search
from investigate.search.walks.models import SearchGathering
from investigate.search.walks.services import gathering_freeze, select_all


@require_POST
def select_matching(request: ConsoleRequest) -> HttpResponse:
    """Select everything that the search in the URL finds, and redirect to the selection or to its gathering."""
    form = SearchForm(request.GET)
    if not form.is_valid():
        messages.error(request, "That search can't be made, so there is nothing to select.")
        return HttpResponseRedirect(reverse("investigate:search"))
    action, destination = str(request.POST.get("action", "")), str(request.POST.get("destination", ""))
    action = action if action in JobAction.values else ""
    destination = destination if action == JobAction.MOVE and destination in set(MailboxDestination) else ""
    assert isinstance(request.user, User)  # noqa: S101 - for the type checker; the table of rights ensures it
    record_search(request, form)
    made = select_all(form, user=request.user, action=action, destination=destination)
    if isinstance(made, SearchGathering):
        return HttpResponseRedirect(reverse("investigate:gathering", args=[made.pk]))
    return HttpResponseRedirect(_selection_url(made.pk, action, destination))


@require_safe
@never_cache
def gathering(request: ConsoleRequest, gathering_id: UUID) -> HttpResponse:
    """Show the progress of a gathering. Polling of the fragment stops when the gathering ends."""
    row = get_object_or_404(SearchGathering, pk=gathering_id)
    query = f"?{row.query}" if row.query else ""
    context = {"gathering": row, "search_url": reverse("investigate:search") + query}
    if wants_fragment(request):
        status = 200 if row.is_active else STOP_POLLING
        return render(request, "investigate/search/_gathering_progress.html", context, status=status)
    return render(request, "investigate/search/gathering.html", context)


@require_POST
def freeze(request: ConsoleRequest, gathering_id: UUID) -> HttpResponse:
    """Create a selection of the gathered messages, and redirect to it."""
    row = get_object_or_404(SearchGathering, pk=gathering_id)
    assert isinstance(request.user, User)  # noqa: S101 - for the type checker; the table of rights ensures it
    made = None if row.is_active else gathering_freeze(row, user=request.user)
    if made is None:
        messages.warning(request, "There is nothing to select yet.")
        return HttpResponseRedirect(reverse("investigate:gathering", args=[row.pk]))
    return HttpResponseRedirect(_selection_url(made, row.action, row.destination))


def _selection_url(selection: UUID, action: str, destination: str) -> str:
    chosen = {name: value for name, value in (("action", action), ("destination", destination)) if value}
    return reverse("jobs:selection", args=[selection]) + (f"?{urlencode(chosen)}" if chosen else "")
