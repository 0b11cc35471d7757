"""What the team does about submissions and reports: claim, note, close, escalate, submit. Each leaves an audit row."""

from __future__ import annotations

import base64
from datetime import timedelta
from email.parser import BytesHeaderParser
from email.policy import compat32

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from api_client import ApiError
from api_client.models import Message
from api_client.models.values import SubmissionDisposition
from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import close, record
from dashboard.backend import api_client_for_console
from investigate.reviews.models import Note, Report, Submission

FOUND_AT_MOST = 20
FOUND_WITHIN_DAYS = 90

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


def escalate(submission: Submission, *, asked: SubmissionDisposition, actor: Actor) -> None:
    """Ask the API, in the team's name, for another verdict on what a user reported. Raises ApiError.

    The request is in the audit trail before it is sent. The mirror shows the escalation once it was read again.
    """
    _ask(
        submission.original_postfix_id,
        asked=asked,
        actor=actor,
        detail={"escalates": submission.submission_id},
        escalated_submission_id=submission.submission_id,
    )


def messages_of_file(content: bytes) -> list[Message]:
    """Find the messages of the last 90 days that have the file's Message-ID, newest first. Raises ApiError."""
    message_id = str(BytesHeaderParser(policy=compat32).parsebytes(content[:256_000]).get("Message-ID", "")).strip()
    if not message_id or not message_id.isprintable() or len(message_id) > 1000:
        return []
    now = timezone.now()
    page = api_client_for_console().investigate.list(
        message_id=message_id,
        detections_only=False,
        start=now - timedelta(days=FOUND_WITHIN_DAYS),
        end=now,
        per_page=FOUND_AT_MOST,
    )
    return page.items


def submit_file(message: Message, *, content: bytes, asked: SubmissionDisposition, actor: Actor) -> None:
    """Ask for another verdict on a message, with the message itself. Raises ApiError."""
    _ask(
        message.id,
        asked=asked,
        actor=actor,
        detail={"with": "file", "bytes": len(content)},
        eml_content=base64.b64encode(content).decode("ascii"),
    )


def _ask(
    message_id: str,
    *,
    asked: SubmissionDisposition,
    actor: Actor,
    detail: dict[str, object],
    eml_content: str | None = None,
    escalated_submission_id: str | None = None,
) -> None:
    entry = record(
        actor=actor,
        action=AuditAction.RECLASSIFY,
        object_kind="message",
        object_id=message_id,
        outcome=Outcome.ATTEMPTED,
        detail={"asked": asked.value, **detail},
    )
    try:
        api_client_for_console().investigate.reclassify.create(
            message_id,
            expected_disposition=asked.value,
            eml_content=eml_content,
            escalated_submission_id=escalated_submission_id,
        )
    except ApiError as error:
        outcome = Outcome.UNKNOWN if error.outcome_unknown else Outcome.FAILED
        close(entry, outcome, detail={"error": type(error).__name__})
        raise
    close(entry, Outcome.DONE)


def _note_down(thing: Thing, actor: Actor, action: AuditAction, **detail: object) -> None:
    record(
        actor=actor,
        action=action,
        object_kind=thing_kind(thing),
        object_id=thing_key(thing),
        outcome=Outcome.DONE,
        detail=detail,
    )
