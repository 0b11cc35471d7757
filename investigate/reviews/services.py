"""Services that claim, unclaim, note, close and reopen submissions and reports. Each writes an audit row."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import record
from investigate.reviews.models import Note, Report, Submission

ReviewItem = Submission | Report


class AlreadyClaimed(Exception):
    """Another user has claimed the submission or report already."""


def item_kind(thing: ReviewItem) -> str:
    """Return "submission" or "report", as used in the audit trail and on pages."""
    return "submission" if isinstance(thing, Submission) else "report"


def item_key(thing: ReviewItem) -> str:
    """Return the id that the API uses."""
    return thing.submission_id if isinstance(thing, Submission) else str(thing.report_id)


@transaction.atomic
def claim(thing: ReviewItem, *, user: User, actor: Actor) -> None:
    """Claim a submission or report for the user. Raise AlreadyClaimed if another user has claimed it."""
    changed = (
        type(thing)
        ._default_manager.filter(pk=thing.pk, claimed_by=None)
        .update(claimed_by=user, claimed_by_name=user.get_username(), claimed_at=timezone.now())
    )
    if changed:
        _note_down(thing, actor, AuditAction.REVIEW_CLAIM)
    elif not type(thing)._default_manager.filter(pk=thing.pk, claimed_by=user).exists():
        raise AlreadyClaimed


@transaction.atomic
def unclaim(thing: ReviewItem, *, actor: Actor) -> None:
    """Release the claim of any user, so that work is not blocked when the claiming user is absent."""
    before = thing.claimed_by_name
    changed = (
        type(thing)
        ._default_manager.filter(pk=thing.pk, claimed_by__isnull=False)
        .update(claimed_by=None, claimed_by_name="", claimed_at=None)
    )
    if changed:
        _note_down(thing, actor, AuditAction.REVIEW_UNCLAIM, claimed_by=before)


@transaction.atomic
def note_add(thing: ReviewItem, *, text: str, actor: Actor) -> Note:
    """Add a note to a submission or report."""
    about = {"submission": thing} if isinstance(thing, Submission) else {"report": thing}
    note = Note.objects.create(by_name=actor.username, text=text, **about)
    _note_down(thing, actor, AuditAction.REVIEW_NOTE)
    return note


@transaction.atomic
def close_here(thing: ReviewItem, *, words: str, actor: Actor) -> bool:
    """Close a submission or report in the console only. Return False if it was closed already."""
    changed = (
        type(thing)
        ._default_manager.filter(pk=thing.pk, closed_at=None)
        .update(closed_at=timezone.now(), closed_by_name=actor.username, closing_words=words)
    )
    if changed:
        _note_down(thing, actor, AuditAction.REVIEW_CLOSE, words=words)
    return bool(changed)


@transaction.atomic
def reopen(thing: ReviewItem, *, actor: Actor) -> None:
    """Reopen a submission or report that was closed in the console. The closing text stays in the audit trail."""
    changed = (
        type(thing)
        ._default_manager.filter(pk=thing.pk, closed_at__isnull=False)
        .update(closed_at=None, closed_by_name="", closing_words="")
    )
    if changed:
        _note_down(thing, actor, AuditAction.REVIEW_REOPEN, words=thing.closing_words)


def _note_down(thing: ReviewItem, actor: Actor, action: AuditAction, **detail: object) -> None:
    record(
        actor=actor,
        action=action,
        object_kind=item_kind(thing),
        object_id=item_key(thing),
        outcome=Outcome.DONE,
        detail=detail,
    )
