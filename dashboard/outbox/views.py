"""The outbox's page: what is stuck and why, what waits, what was given up, and what was sent."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from dashboard.audit.actor import actor_of
from dashboard.outbox.channels import channels, destination_name
from dashboard.outbox.models import OutboxEntry, State
from dashboard.outbox.selectors import PER_PAGE, counts, entries_in, lane_pauses, lanes_in_trouble
from dashboard.outbox.services import entry_give_up, entry_retry
from dashboard.requests import ConsoleRequest

_VIEWS = {"stuck": "Stuck", "waiting": "Waiting", "failed": "Given up", "sent": "Sent"}


@require_safe
def list_page(request: ConsoleRequest) -> HttpResponse:
    """List entries, the newest first. `view` is stuck, waiting, failed or sent; a page begins below `before`."""
    view = request.GET.get("view", "stuck")
    view = view if view in _VIEWS else "stuck"
    known = {channel.name: channel.label for channel in channels()}
    channel = request.GET.get("channel", "")
    channel = channel if channel in known else ""
    rows = entries_in(State.WAITING if view == "stuck" else view, channel=channel, stuck=view == "stuck")
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(id__lt=int(before))
    found = list(rows[: PER_PAGE + 1])
    pauses = lane_pauses({entry.lane for entry in found})
    numbers = counts()
    context = {
        "entries": [
            {
                "entry": entry,
                "pause": pauses.get(entry.lane),
                "label": known.get(entry.channel, entry.channel),
                "to": destination_name(entry.channel, entry.destination),
            }
            for entry in found[:PER_PAGE]
        ],
        "view": view,
        "views": [(name, label, numbers.get(name)) for name, label in _VIEWS.items()],
        "channel": channel,
        "channels": known,
        "lanes": lanes_in_trouble(),
        "older": urlencode({"view": view, "channel": channel, "before": str(found[PER_PAGE - 1].pk)})
        if len(found) > PER_PAGE
        else "",
    }
    return render(request, "outbox/list.html", context)


@require_POST
def retry(request: ConsoleRequest, entry_id: int) -> HttpResponse:
    """Have an entry tried now."""
    entry = get_object_or_404(OutboxEntry, pk=entry_id)
    if entry_retry(entry, actor=actor_of(request)):
        messages.success(request, "It is tried now.")
    else:
        messages.info(request, "It was sent already.")
    return redirect("outbox:list")


@require_POST
def give_up(request: ConsoleRequest, entry_id: int) -> HttpResponse:
    """End an entry that waits."""
    entry = get_object_or_404(OutboxEntry, pk=entry_id)
    if entry_give_up(entry, actor=actor_of(request)):
        messages.success(request, "Given up: it is not sent any more.")
    else:
        messages.info(request, "It has ended already.")
    return redirect("outbox:list")
