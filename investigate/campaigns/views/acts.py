"""Acts on campaigns: select all messages for a job, split, merge, and undo. Each redirects."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from dashboard.audit.actor import actor_of
from dashboard.jobs.pages.permission import check_action, may_act, viewer
from dashboard.jobs.pages.selections import CARRIED, preview_url
from dashboard.jobs.selections.services import selection_create
from dashboard.jobs.sensible import sensible_action
from dashboard.mail_text import plain
from dashboard.requests import ConsoleRequest
from investigate.campaigns import services
from investigate.campaigns.keys import mine
from investigate.campaigns.models import Campaign, HandChange
from investigate.campaigns.selectors import ids_of
from investigate.campaigns.services import ChangeRefused
from investigate.campaigns.views.forms import MergeForm
from investigate.campaigns.views.pages import find_campaign
from investigate.reviews.reporters import reported_among

_WAITS = "It is noted, and shows as soon as the grouping that runs now has ended."


@require_POST
def select(request: ConsoleRequest, key: str) -> HttpResponse:
    """Select all messages that the campaign has now, and redirect to the selection's page with an act chosen."""
    check_action(request, request.POST.get("action", ""))
    found = find_campaign(key)
    ids = ids_of(found)
    if not ids:
        messages.error(request, "The messages of this campaign are gone.")
        return redirect(_url(found.key))
    selection = selection_create(user=viewer(request), ids=ids, label=f"Campaign {found.key}: {found.title}"[:300])
    carried = {name: request.POST.get(name, "") for name in CARRIED}
    reported = reported_among(found.messages.exclude(postfix_id="").values("postfix_id"))
    if not carried["action"]:
        # What was moved or held meanwhile is told apart once the selection is gathered.
        choice = sensible_action(
            list(found.dispositions), delivered=found.left > 0, held=found.left == 0, reported=reported.is_threat
        )
        if may_act(request, choice.action):
            carried |= {"action": choice.action, "destination": choice.destination}
    words = [f"Campaign “{found.title[:120]}”, {found.size:,} messages", *([reported.words] if reported.count else [])]
    return redirect(preview_url(selection, **(carried | {"next": _url(found.key), "reason": plain(", ".join(words))})))


@require_POST
def split(request: ConsoleRequest, key: str) -> HttpResponse:
    """Take the chosen messages out into a campaign of their own."""
    found = find_campaign(key)
    try:
        done = services.campaign_split(found, request.POST.getlist("id"), actor=actor_of(request))
    except ChangeRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The messages are in a campaign of their own." if done else _WAITS)
    return redirect(_url(found.key))


@require_POST
def merge(request: ConsoleRequest, key: str) -> HttpResponse:
    """Merge the campaign into another one, and redirect to that."""
    found, form = find_campaign(key), MergeForm(request.POST)
    into: Campaign | None = mine(Campaign).filter(key=form.cleaned_data["into"]).first() if form.is_valid() else None
    if into is None:
        messages.error(request, "There is no campaign with this key. It is at the end of the campaign's address.")
        return redirect(_url(found.key))
    try:
        done = services.campaign_merge(found, into, actor=actor_of(request))
    except ChangeRefused as error:
        messages.error(request, str(error))
        return redirect(_url(found.key))
    messages.success(request, "The campaigns are one now." if done else _WAITS)
    return redirect(_url(into.key) if done else _url(found.key))


@require_POST
def undo(request: ConsoleRequest, key: str, change: int) -> HttpResponse:
    """Undo a split or a merge, and redirect to the campaign if it is still there, else to the list."""
    row: HandChange | None = mine(HandChange).filter(pk=change).first()
    if row is None:
        raise Http404("There is no such change.")
    try:
        done = services.change_undo(row, key=key, actor=actor_of(request))
    except ChangeRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"The {row.get_kind_display().lower()} is undone." if done else _WAITS)
    is_there = mine(Campaign).filter(key=key).exists()
    return redirect(_url(key) if is_there else reverse("campaigns:list"))


def _url(key: str) -> str:
    return reverse("campaigns:campaign", args=[key])
