"""Pages of destinations: the list with what is read, the form, and one destination."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dashboard.audit.actor import actor_of
from dashboard.requests import ConsoleRequest
from investigate.event_export.forms import DestinationForm, ReplayForm
from investigate.event_export.models import Destination
from investigate.event_export.selectors import (
    COUNTED_AT_MOST,
    destinations_all,
    failed_of,
    replays_of,
    sources_read,
    state_of,
    unread_rows,
)
from investigate.event_export.sending.files import folder_of
from investigate.event_export.services import (
    NotPaused,
    destination_create,
    destination_delete,
    destination_edit,
    secret_rotate,
    server_of,
)
from investigate.event_export.states import Way

LISTED_AT_MOST = 200


def find(destination_id: int) -> Destination:
    """Return the destination with this key on the configured backend. Raise Http404 if there is none."""
    return get_object_or_404(destinations_all(), pk=destination_id)


@require_safe
def list_page(request: ConsoleRequest) -> HttpResponse:
    """List the destinations with their state, and how far each place was read."""
    rows = [(state_of(one), server_of(one)) for one in destinations_all()[:LISTED_AT_MOST]]
    context = {
        "rows": rows,
        "sources": sources_read(),
        "unread": unread_rows(),
        "ways": Way.choices,
        "most": COUNTED_AT_MOST,
    }
    return render(request, "investigate/event_export/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: ConsoleRequest, way: str) -> HttpResponse:
    """Show the form of a new destination, or create it; a webhook's secret is shown only then."""
    if way not in Way.values:
        raise Http404("There is no such way.")
    is_post = request.method == "POST"
    form = DestinationForm(request.POST, way=Way(way)) if is_post else DestinationForm(way=Way(way))
    if is_post and form.is_valid():
        made, secret = destination_create(
            actor=actor_of(request), values={**form.values, "way": way}, token=form.given_token or ""
        )
        if secret:
            return detail_page(request, made, secret=secret)
        messages.success(request, f"“{made.name}” gets what happens from now on. Send a test line.")
        return redirect("events:detail", made.pk)
    return _form_page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def edit(request: ConsoleRequest, destination_id: int) -> HttpResponse:
    """Show the form of a destination, or change it."""
    destination = find(destination_id)
    if request.method != "POST":
        return _form_page(request, DestinationForm.of(destination), destination)
    form = DestinationForm(request.POST, way=Way(destination.way), destination=destination)
    if form.is_valid():
        destination_edit(actor=actor_of(request), destination=destination, values=form.values, token=form.given_token)
        messages.success(request, "Saved. What waits is tried now.")
        return redirect("events:detail", destination.pk)
    return _form_page(request, form, destination)


@require_safe
def detail(request: ConsoleRequest, destination_id: int) -> HttpResponse:
    """Show a destination: how it is doing, what was given up, and its replays."""
    return detail_page(request, find(destination_id))


def detail_page(request: ConsoleRequest, destination: Destination, *, secret: str = "") -> HttpResponse:
    """Return the page of a destination, with a secret if one was just made."""
    context = {
        "destination": destination,
        "state": state_of(destination),
        "server": server_of(destination),
        "failed": failed_of(destination),
        "replays": replays_of(destination),
        "replay_form": ReplayForm.fresh(),
        "folder": folder_of(destination) if destination.way == Way.FILE else "",
        "secret": secret,
        "most": COUNTED_AT_MOST,
        "days": settings.GATEHOUSE_EVENT_DAYS,
    }
    return render(request, "investigate/event_export/detail.html", context)


@require_POST
@never_cache
def rotate(request: ConsoleRequest, destination_id: int) -> HttpResponse:
    """Give a webhook a new secret, and show it only here."""
    destination = find(destination_id)
    if destination.way != Way.WEBHOOK:
        raise Http404("Only webhooks have a secret.")
    secret = secret_rotate(actor=actor_of(request), destination=destination)
    return detail_page(request, find(destination_id), secret=secret)


@require_POST
def delete(request: ConsoleRequest, destination_id: int) -> HttpResponse:
    """Delete a destination with what waits for it."""
    destination = find(destination_id)
    try:
        destination_delete(actor=actor_of(request), destination=destination)
    except NotPaused:
        messages.warning(request, "Pause it before you delete it.")
        return redirect("events:detail", destination.pk)
    messages.success(request, f"“{destination.name}” is deleted. Nothing more is sent there.")
    return redirect("events:list")


def _form_page(request: ConsoleRequest, form: DestinationForm, destination: Destination | None) -> HttpResponse:
    context = {"form": form, "destination": destination, "way": form.way, "way_label": form.way.label}
    return render(request, "investigate/event_export/form.html", context, status=422 if form.errors else 200)
