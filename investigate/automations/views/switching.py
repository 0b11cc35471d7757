"""Views that switch an automation: watch, on, resume, off."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from dashboard.audit.actor import actor_of
from dashboard.requests import ConsoleRequest
from investigate.automations.services import (
    MayNot,
    WrongMode,
    automation_resume,
    automation_switch_off,
    automation_switch_on,
    automation_watch,
)
from investigate.automations.views.automations import find


@require_POST
def watch(request: ConsoleRequest, automation_id: int) -> HttpResponse:
    """Set it to watch."""
    automation = find(automation_id)
    return _switch(
        request,
        automation_id,
        lambda: automation_watch(actor=actor_of(request), automation=automation),
        "It watches, and changes nothing.",
    )


@require_POST
def switch_on(request: ConsoleRequest, automation_id: int) -> HttpResponse:
    """Switch it on, if the person may do what it does."""
    automation, user = find(automation_id), _user(request)
    return _switch(
        request,
        automation_id,
        lambda: automation_switch_on(actor=actor_of(request), automation=automation, user=user),
        "It is on, and acts with your rights from now on.",
    )


@require_POST
def resume(request: ConsoleRequest, automation_id: int) -> HttpResponse:
    """Resume it. With `skip` in the form, what came while it was stopped is left alone."""
    automation, user, skip = find(automation_id), _user(request), bool(request.POST.get("skip"))
    return _switch(
        request,
        automation_id,
        lambda: automation_resume(actor=actor_of(request), automation=automation, user=user, skip=skip),
        "It is on again, and acts with your rights.",
    )


@require_POST
def switch_off(request: ConsoleRequest, automation_id: int) -> HttpResponse:
    """Switch it off."""
    automation = find(automation_id)
    return _switch(
        request,
        automation_id,
        lambda: automation_switch_off(actor=actor_of(request), automation=automation),
        "It is off. Jobs that it started go on.",
    )


def _switch(request: ConsoleRequest, automation_id: int, change: Callable[[], None], done: str) -> HttpResponse:
    try:
        change()
    except MayNot as error:
        messages.error(request, f"Your role lacks “{error}”: somebody who may do what it does switches it on.")
    except WrongMode:
        messages.warning(request, "Nothing was changed: it is in another mode by now.")
    else:
        messages.success(request, done)
    return redirect("automations:detail", automation_id)


def _user(request: ConsoleRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - for the type checker; the table of rights ensures it
    return request.user
