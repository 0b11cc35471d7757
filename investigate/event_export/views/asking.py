"""Views that ask something of a destination: a test line, a pause, a replay, another try."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from dashboard.audit.actor import actor_of
from dashboard.requests import ConsoleRequest
from investigate.event_export.asking import (
    REPLAYED_AT_MOST,
    TooMany,
    UnderWay,
    destination_test,
    failed_retry,
    replay_since,
    replay_start,
)
from investigate.event_export.forms import ReplayForm
from investigate.event_export.services import AlreadySo, destination_pause, destination_resume
from investigate.event_export.views.destinations import find


@require_POST
def test(request: ConsoleRequest, destination_id: int) -> HttpResponse:
    """Send a test line."""
    destination = find(destination_id)
    if destination.paused_at is not None:
        messages.warning(request, "It is paused. Resume it to send a test line.")
    else:
        destination_test(actor=actor_of(request), destination=destination)
        messages.success(request, "The test line is on its way. Reload in a moment to see whether it was sent.")
    return redirect("events:detail", destination.pk)


@require_POST
def pause(request: ConsoleRequest, destination_id: int) -> HttpResponse:
    """Pause a destination."""
    try:
        destination_pause(actor=actor_of(request), destination=find(destination_id))
        messages.success(request, "Paused. What happens meanwhile is sent when you resume it.")
    except AlreadySo:
        messages.info(request, "It is paused already.")
    return redirect("events:detail", destination_id)


@require_POST
def resume(request: ConsoleRequest, destination_id: int) -> HttpResponse:
    """Resume a destination."""
    try:
        destination_resume(actor=actor_of(request), destination=find(destination_id))
        messages.success(request, "Resumed. What happened meanwhile is sent now.")
    except AlreadySo:
        messages.info(request, "It is not paused.")
    return redirect("events:detail", destination_id)


@require_POST
def retry(request: ConsoleRequest, destination_id: int) -> HttpResponse:
    """Try again what was given up."""
    count = failed_retry(actor=actor_of(request), destination=find(destination_id))
    messages.success(request, f"{count:,} tried again." if count else "Nothing was given up.")
    return redirect("events:detail", destination_id)


@require_http_methods(["GET", "HEAD", "POST"])
def replay(request: ConsoleRequest, destination_id: int) -> HttpResponse:
    """Count what a replay would send (GET with `since`), and start it (POST), once for each press."""
    destination = find(destination_id)
    form = ReplayForm(request.POST if request.method == "POST" else request.GET)
    counted = None
    if form.is_valid():
        since = form.cleaned_data["since"]
        if request.method == "POST" and form.cleaned_data["press"]:
            try:
                made = replay_start(
                    actor=actor_of(request), destination=destination, since=since, press=form.cleaned_data["press"]
                )
                told = f"{made.counted:,} events are sent once more." if made else "Nothing is sent for this press."
                messages.success(request, told)
            except TooMany:
                messages.error(request, f"These are more than {REPLAYED_AT_MOST:,} events. Choose a later time.")
            except UnderWay:
                messages.error(request, "A replay is under way. Wait until it has ended.")
            return redirect("events:detail", destination.pk)
        counted = replay_since(destination, since)[0]
    fresh = ReplayForm.fresh()
    context = {
        "destination": destination,
        "form": form,
        "counted": counted,
        "press": fresh.initial["press"],
        "most": REPLAYED_AT_MOST,
    }
    return render(request, "investigate/event_export/replay.html", context, status=422 if form.errors else 200)
