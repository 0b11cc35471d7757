"""What the team does about submissions and reports: claim, note, close and reopen. Each leaves an audit row."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import record
from investigate.reviews.models import Note, Report, Submission

Thing = Submission | Report


class AlreadyClaimed(Exception):
    """Somebody else was quicker."""


def thing_kind(thing: Thing) -> str:
    """Name what it is, as the audit trail and pages do."""
    return "submission" if isinstance(thing, Submission) else "report"


def thing_key(thing: Thing) -> str:
    """Give the id that the API knows it by."""
    return thing.submission_id if isinstance(thing, Submission) else str(thing.report_id)


@transaction.atomic
def claim(thing: Thing, *, user: User, actor: Actor) -> None:
    """Take it on. Raises AlreadyClaimed when it is somebody else's."""
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
def unclaim(thing: Thing, *, actor: Actor) -> None:
    """Give it back, whoever has it: people fall ill, and what they hold must not be stuck."""
    before = thing.claimed_by_name
    changed = (
        type(thing)
        ._default_manager.filter(pk=thing.pk, claimed_by__isnull=False)
        .update(claimed_by=None, claimed_by_name="", claimed_at=None)
    )
    if changed:
        _note_down(thing, actor, AuditAction.REVIEW_UNCLAIM, claimed_by=before)


@transaction.atomic
def note_add(thing: Thing, *, text: str, actor: Actor) -> Note:
    """Write a remark beside it."""
    about = {"submission": thing} if isinstance(thing, Submission) else {"report": thing}
    note = Note.objects.create(by_name=actor.username, text=text, **about)
    _note_down(thing, actor, AuditAction.REVIEW_NOTE)
    return note


@transaction.atomic
def close_here(thing: Thing, *, words: str, actor: Actor) -> bool:
    """Close it in the console; gives False when it was closed already."""
    changed = (
        type(thing)
        ._default_manager.filter(pk=thing.pk, closed_at=None)
        .update(closed_at=timezone.now(), closed_by_name=actor.username, closing_words=words)
    )
    if changed:
        _note_down(thing, actor, AuditAction.REVIEW_CLOSE, words=words)
    return bool(changed)


@transaction.atomic
def reopen(thing: Thing, *, actor: Actor) -> None:
    """Take back that it was closed here; what was said then stays in the audit trail."""
    changed = (
        type(thing)
        ._default_manager.filter(pk=thing.pk, closed_at__isnull=False)
        .update(closed_at=None, closed_by_name="", closing_words="")
    )
    if changed:
        _note_down(thing, actor, AuditAction.REVIEW_REOPEN, words=thing.closing_words)


def _note_down(thing: Thing, actor: Actor, action: AuditAction, **detail: object) -> None:
    record(
        actor=actor,
        action=action,
        object_kind=thing_kind(thing),
        object_id=thing_key(thing),
        outcome=Outcome.DONE,
        detail=detail,
    )
