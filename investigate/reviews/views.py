"""Claiming, noting, closing and escalating; every action leads back to the thing's page."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from api_client.models.values import SubmissionDisposition
from dashboard.audit.actor import actor_of
from dashboard.requests import ConsoleRequest
from dashboard.roles import Capability, requires
from dashboard.verdicts import verdict_of
from investigate.reviews import services
from investigate.reviews.lookup import find_submission, find_thing, url_of
from investigate.reviews.services import AlreadyClaimed, Thing
from investigate.reviews.tasks import enqueue_refresh
from investigate.submissions.forms import CloseForm, EscalateForm, NoteForm


@require_POST
@requires(Capability.CLAIM)
def claim_thing(request: ConsoleRequest, kind: str, key: str) -> HttpResponse:
    """Take it on."""
    thing = find_thing(kind, key)
    assert isinstance(request.user, User)  # noqa: S101 - tells the type checker what `requires` made sure of
    try:
        services.claim(thing, user=request.user, actor=actor_of(request))
    except AlreadyClaimed:
        thing.refresh_from_db()
        messages.error(request, f"{thing.claimed_by_name} has claimed it already.")
    return _back(request, thing)


@require_POST
@requires(Capability.CLAIM)
def unclaim_thing(request: ConsoleRequest, kind: str, key: str) -> HttpResponse:
    """Give it back."""
    thing = find_thing(kind, key)
    services.unclaim(thing, actor=actor_of(request))
    return _back(request, thing)


@require_POST
@requires(Capability.NOTE)
def note_thing(request: ConsoleRequest, kind: str, key: str) -> HttpResponse:
    """Write a remark."""
    thing, form = find_thing(kind, key), NoteForm(request.POST)
    if form.is_valid():
        services.note_add(thing, text=form.cleaned_data["text"], actor=actor_of(request))
    else:
        messages.error(request, _first_error(form))
    return _back(request, thing)


@require_POST
@requires(Capability.CLAIM)
def close_thing(request: ConsoleRequest, kind: str, key: str) -> HttpResponse:
    """Close it in the console, with what came of it."""
    thing, form = find_thing(kind, key), CloseForm(request.POST)
    if not form.is_valid():
        messages.error(request, _first_error(form))
    elif not services.close_here(thing, words=form.cleaned_data["words"], actor=actor_of(request)):
        thing.refresh_from_db()
        messages.error(request, f"{thing.closed_by_name} has closed it already.")
    return _back(request, thing)


@require_POST
@requires(Capability.CLAIM)
def reopen_thing(request: ConsoleRequest, kind: str, key: str) -> HttpResponse:
    """Take back that it was closed."""
    thing = find_thing(kind, key)
    services.reopen(thing, actor=actor_of(request))
    return _back(request, thing)


@require_POST
@requires(Capability.RECLASSIFY)
def escalate_submission(request: ConsoleRequest, key: str) -> HttpResponse:
    """Ask the API for another verdict in the team's name."""
    submission, form = find_submission(key), EscalateForm(request.POST)
    if submission.type.lower() != "user" or not submission.original_postfix_id:
        messages.error(request, "Only a user's report of a message that the API knows can be escalated.")
    elif not form.is_valid():
        messages.error(request, _first_error(form))
    else:
        asked = SubmissionDisposition(form.cleaned_data["disposition"])
        services.escalate(submission, asked=asked, actor=actor_of(request))
        enqueue_refresh(countdown=1)
        label = verdict_of(asked.value).label
        messages.success(request, f"Escalated: asked to judge it {label}. The answer takes a while.")
    return _back(request, submission)


def _back(request: ConsoleRequest, thing: Thing) -> HttpResponse:
    back = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect(back if ours else url_of(thing))


def _first_error(form: forms.Form) -> str:
    return next(str(error) for errors in form.errors.values() for error in errors)
