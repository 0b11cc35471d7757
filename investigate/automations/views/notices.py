"""The list of notices that automations put up, and ticking one."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from dashboard.audit.actor import actor_of
from dashboard.requests import ConsoleRequest
from investigate.automations.selectors import PER_PAGE, notices_for
from investigate.automations.services import notice_done


@require_safe
def list_page(request: ConsoleRequest) -> HttpResponse:
    """List the open notices for the person and for everybody, or with `done` the ticked ones, the newest first.

    `before` is the key below which a page begins.
    """
    is_open, before = not request.GET.get("done"), request.GET.get("before", "")
    rows = notices_for(_user(request), is_open=is_open)
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(id__lt=int(before))
    found = list(rows[: PER_PAGE + 1])
    context = {
        "notices": found[:PER_PAGE],
        "is_open": is_open,
        "older": found[PER_PAGE - 1].pk if len(found) > PER_PAGE else None,
    }
    return render(request, "investigate/automations/notices.html", context)


@require_POST
def done(request: ConsoleRequest, notice_id: int) -> HttpResponse:
    """Tick a notice for everybody who sees it."""
    notice = get_object_or_404(notices_for(_user(request), is_open=True), pk=notice_id)
    if not notice_done(actor=actor_of(request), notice=notice):
        messages.warning(request, "Somebody ticked it already.")
    return redirect("automations:notices")


def _user(request: ConsoleRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - for the type checker; the table of rights ensures it
    return request.user
