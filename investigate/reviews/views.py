"""Views that claim, unclaim, note, close and reopen a submission or report. Each redirects back to its page."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from dashboard.audit.actor import actor_of
from dashboard.requests import ConsoleRequest
from dashboard.return_url import return_url
from investigate.reviews import services
from investigate.reviews.forms import CloseForm, NoteForm
from investigate.reviews.lookup import find_item, url_of
from investigate.reviews.services import AlreadyClaimed, ReviewItem


@require_POST
def claim_item(request: ConsoleRequest, kind: str, key: str) -> HttpResponse:
    """Claim the submission or report for the user."""
    thing = find_item(kind, key)
    assert isinstance(request.user, User)  # noqa: S101 - for the type checker; the table of rights ensures it
    try:
        services.claim(thing, user=request.user, actor=actor_of(request))
    except AlreadyClaimed:
        thing.refresh_from_db()
        messages.error(request, f"{thing.claimed_by_name} has claimed it already.")
    return redirect_back(request, thing)


@require_POST
def unclaim_item(request: ConsoleRequest, kind: str, key: str) -> HttpResponse:
    """Release the claim on the submission or report."""
    thing = find_item(kind, key)
    services.unclaim(thing, actor=actor_of(request))
    return redirect_back(request, thing)


@require_POST
def note_on_item(request: ConsoleRequest, kind: str, key: str) -> HttpResponse:
    """Add a note to the submission or report."""
    thing, form = find_item(kind, key), NoteForm(request.POST)
    if form.is_valid():
        services.note_add(thing, text=form.cleaned_data["text"], actor=actor_of(request))
    else:
        messages.error(request, first_error(form))
    return redirect_back(request, thing)


@require_POST
def close_item(request: ConsoleRequest, kind: str, key: str) -> HttpResponse:
    """Close the submission or report in the console, with its outcome as text."""
    thing, form = find_item(kind, key), CloseForm(request.POST)
    if not form.is_valid():
        messages.error(request, first_error(form))
    elif not services.close_here(thing, words=form.cleaned_data["words"], actor=actor_of(request)):
        thing.refresh_from_db()
        messages.error(request, f"{thing.closed_by_name} has closed it already.")
    return redirect_back(request, thing)


@require_POST
def reopen_item(request: ConsoleRequest, kind: str, key: str) -> HttpResponse:
    """Reopen the submission or report."""
    thing = find_item(kind, key)
    services.reopen(thing, actor=actor_of(request))
    return redirect_back(request, thing)


def redirect_back(request: ConsoleRequest, thing: ReviewItem) -> HttpResponse:
    """Redirect to the form's `next` URL if it is on this site, else to the page of the submission or report."""
    return redirect(return_url(request, default=url_of(thing)))


def first_error(form: forms.Form) -> str:
    """Return the first error of an invalid form."""
    return next(str(error) for errors in form.errors.values() for error in errors)
