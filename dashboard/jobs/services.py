"""Creates jobs: writes a job with its items and audit entry, asks for approval if it needs one, and queues it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from api_client.models import MailboxDestination, Message, SubmissionDisposition
from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor, actor_for
from dashboard.audit.services import record
from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.jobs.approval.digest import digest_of
from dashboard.jobs.approval.requirement import expiry, needs_approval, wait_for_other_jobs_of
from dashboard.jobs.models import Job, JobItem
from dashboard.jobs.running.copy_items import copy_rows
from dashboard.jobs.selections.models import Selection
from dashboard.jobs.selections.services import is_on_this_backend
from dashboard.jobs.snapshot import LONGEST_ID, Snapshot, deduplicate
from dashboard.jobs.states import JobAction, JobState
from dashboard.jobs.tasks import enqueue

ITEMS_AT_MOST = 1_000_000
WRITTEN_AT_MOST = 100_000
"""Maximum number of messages passed to `job_create`. A larger job is started on a selection."""

LONGEST_REASON = 2000
COPIED_AT_ONCE = 1000
"""Up to this number of items are copied while the person waits. The items of larger selections are copied by the
worker."""


def job_create(
    *,
    user: User,
    action: str,
    destination: str = "",
    disposition: str = "",
    ids: Iterable[str] = (),
    messages: Iterable[Message] = (),
    snapshots: Iterable[Snapshot] = (),
    reason: str = "",
    actor: Actor | None = None,
    always_asks: bool = False,
    recipient: str = "",
) -> Job:
    """Write a job and its frozen items in one transaction, and queue it on commit. The API is not called.

    The job is the user's, under the actor's name. With `always_asks` it waits for a second person whatever the settings
    require. The messages may be given as ids, messages or snapshots. Duplicates are dropped. `destination` is a
    MailboxDestination, for a move only. `disposition` is the verdict that a reclassification requests. With `recipient`
    one message is released to that person alone, which our own gateway can. Raise ValueError if the job is invalid.
    """
    selected = deduplicate(
        [*snapshots, *(Snapshot.of(message) for message in messages), *(Snapshot(id=one) for one in ids)]
    )
    _check_action(action, destination, disposition)
    _check_size(len(selected), reason, at_most=WRITTEN_AT_MOST)
    if recipient and (action != JobAction.RELEASE or len(selected) != 1 or not can_release_one_copy()):
        raise ValueError("One message can be released to one recipient, where the API does that.")
    if any(not one.id.strip() or len(one.id) > LONGEST_ID for one in selected):
        raise ValueError("An id in the selection is not one.")
    job = _new(user, action, destination, disposition, reason, size=len(selected))
    job.created_by_name = (actor or actor_for(user)).username[:150]
    job.recipient = recipient
    with transaction.atomic():
        _ask_for_approval(job, user, [destination], ((one.id, "") for one in selected), always=always_asks)
        job.save(force_insert=True)
        JobItem.objects.bulk_create(
            [JobItem(job=job, investigate_id=one.id, snapshot=one.to_json()) for one in selected], batch_size=500
        )
        _begin(job, actor or actor_for(user))
    return job


def can_release_one_copy() -> bool:
    """Return whether the API releases a message to one of its recipients. The contract releases it to all."""
    return bool(settings.GATEWAY_EMBEDDED)


def job_start(
    selection: Selection,
    *,
    user: User,
    action: str,
    destination: str = "",
    disposition: str = "",
    reason: str = "",
    actor: Actor | None = None,
) -> Job:
    """Write a job on a frozen selection in one transaction, and queue it on commit. The API is not called.

    The items of a large selection are copied by the worker. An undo moves each message to a folder of its own. Raise
    ValueError if the job is invalid, or if the selection is not frozen or belongs to another backend.
    """
    if not selection.is_frozen:
        raise ValueError("The selection is not complete.")
    if not is_on_this_backend(selection):
        raise ValueError("The selection was made on another backend.")
    undoes = selection.undoes
    if undoes is None:
        _check_action(action, destination, disposition)
    elif action != JobAction.MOVE or destination or disposition:
        raise ValueError("What was done is undone by moving it back.")
    _check_size(selection.size, reason, at_most=ITEMS_AT_MOST)
    job = _new(user, action, destination, disposition, reason, size=selection.size)
    job.selection, job.undoes = selection, undoes
    with transaction.atomic():
        rows = selection.messages.filter(why_not="").order_by("id").values_list("investigate_id", "destination")
        folders = selection.tallies.get("folders", {}) if undoes else {destination}
        _ask_for_approval(job, user, folders, rows.iterator(2000))
        job.is_frozen = selection.size <= COPIED_AT_ONCE
        job.save(force_insert=True)
        if job.is_frozen:
            last = selection.messages.aggregate(last=Max("id"))["last"]
            copy_rows(job, after=0, up_to=last)
        _begin(job, actor or actor_for(user))
    return job


def _new(user: User, action: str, destination: str, disposition: str, reason: str, *, size: int) -> Job:
    return Job(
        action=action,
        destination=destination,
        disposition=disposition,
        reason=reason,
        size=size,
        created_by=user,
        created_by_name=user.get_username(),
        account_id=backend_account_id(),
        backend=backend_fingerprint(),
        look_after=timezone.now() + timedelta(seconds=settings.GATEHOUSE_JOB_LEASE),
    )


def _ask_for_approval(
    job: Job, user: User, folders: Iterable[str], items: Iterable[tuple[str, str]], *, always: bool = False
) -> None:
    """Make the job wait for a second person if the settings require one. The digest ties the approval to this list."""
    wait_for_other_jobs_of(user)
    if always or needs_approval(job.action, folders, job.size, user=user):
        job.state, job.expires_at, job.digest = JobState.AWAITING, expiry(), digest_of(job, items)


def _begin(job: Job, actor: Actor) -> None:
    record(
        actor=actor,
        action=AuditAction.JOB_CREATE,
        object_kind="job",
        object_id=str(job.pk),
        outcome=Outcome.DONE,
        detail={
            "action": job.action,
            "destination": job.destination,
            "disposition": job.disposition,
            **({"recipient": job.recipient} if job.recipient else {}),
            "messages": job.size,
            "reason": job.reason,
            "undoes": str(job.undoes_id or ""),
            "needs_approval": job.state == JobState.AWAITING,
        },
    )
    transaction.on_commit(partial(enqueue, job.pk))


def _check_action(action: str, destination: str, disposition: str) -> None:
    if action not in JobAction.values:
        raise ValueError(f"There is no action {action!r}.")
    if action == JobAction.MOVE and destination not in set(MailboxDestination):
        raise ValueError("A move needs a folder to go to.")
    if action != JobAction.MOVE and destination:
        raise ValueError("Only a move has a destination.")
    if (action == JobAction.RECLASSIFY) != (disposition in set(SubmissionDisposition)):
        raise ValueError("A reclassification, and nothing else, asks for a verdict.")


def _check_size(size: int, reason: str, *, at_most: int) -> None:
    if not 1 <= size <= at_most:
        raise ValueError(f"A job takes from 1 to {at_most} messages, not {size}.")
    if len(reason) > LONGEST_REASON:
        raise ValueError(f"A reason has {LONGEST_REASON} characters at most.")
