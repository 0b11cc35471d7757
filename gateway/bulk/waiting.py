"""Writes of tokens that need a second person are kept as requests, each with a bulk job that waits with it."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from gateway.models import BulkJob, BulkJobMessage, Message, Token, WriteRequest

DATABASE = "gateway"
UNAPPROVED_AT_MOST = 50
"""Requests of a token within GATEHOUSE_APPROVAL_HOURS that nobody approved, and bulk jobs that may become one."""
BULK = "email_security_create_bulk_job"
State = WriteRequest.State


class TooMany(Exception):
    """So many requests of the token wait already that no other is taken."""


class RefusedBefore(Exception):
    """A person has refused this very request, which is not asked for again before it would have expired."""


def request_digest(operation: str, action: str, destination: str, what: Iterable[object]) -> str:
    """Return the SHA-256 of what is asked for: `what` are keys of messages in any order, or the bulk job's search."""
    told = json.dumps([operation, action, destination, sorted(map(str, what))], ensure_ascii=True)
    return hashlib.sha256(told.encode()).hexdigest()


def request_write(
    token: Token, messages: Sequence[Message], *, operation: str, action: str, destination: str = "", rule: str
) -> WriteRequest:
    """Keep a move or release of these messages until a person decides, and return it.

    The same request, sent again while it waits or is carried out, is the one that is there. It is written in one
    transaction with its job and the rows of all copies; if the process dies before, nothing was asked for.

    :raises TooMany: nothing more of this token waits. RefusedBefore: a person has refused this.
    """
    digest = request_digest(operation, action, destination, (message.pk for message in messages))
    with transaction.atomic(using=DATABASE):
        # Requests of a token that arrive at once see each other.
        Token.objects.using(DATABASE).select_for_update().get(pk=token.pk)
        if (known := request_known(token, digest)) is not None:
            return known
        check_room(token)
        job = _job_of(token, action, destination)
        job.save(using=DATABASE, force_insert=True)
        rows = (
            BulkJobMessage(job=job, message_id=message.pk, recipient=recipient, created_at=job.created_at)
            for message in messages
            for recipient in dict.fromkeys(message.client_recipients)
        )
        BulkJobMessage.objects.using(DATABASE).bulk_create(rows, batch_size=500)
        return _request(token, job, operation=operation, digest=digest, messages=len(messages), rule=rule)


def park(job: BulkJob, token: Token, *, messages: int, rule: str) -> WriteRequest:
    """Let a bulk job whose search was walked wait for a person. Call it in the transaction that writes its rows."""
    waiting = {"status": BulkJob.Status.PENDING, "awaits_approval": True}
    BulkJob.objects.using(DATABASE).filter(pk=job.pk).update(**waiting)
    return _request(
        token,
        job,
        operation=BULK,
        digest=_job_digest(job.action, job.destination, job.search),
        messages=messages,
        rule=rule,
    )


def job_known(token: Token, action: str, destination: str, search: dict[str, Any]) -> BulkJob | None:
    """Return the token's job with the same search, as the client sent it, that waits or is being counted.

    :raises RefusedBefore: a person refused it, and it would not have expired yet.
    """
    request_known(token, _job_digest(action, destination, search))
    same = BulkJob.objects.using(DATABASE).filter(
        account_id=token.account_id,
        requested_by=token.name,
        action=action,
        destination=destination,
        is_by_id=False,
        status__in=(BulkJob.Status.PENDING, BulkJob.Status.DISCOVERING),
    )
    return next((job for job in same.order_by("-created_at") if job.search == search), None)


def _job_digest(action: str, destination: str, search: dict[str, Any]) -> str:
    return request_digest(BULK, action, destination, [json.dumps(search, sort_keys=True)])


def request_known(token: Token, digest: str) -> WriteRequest | None:
    """Return the token's same request that waits or is carried out, if there is one.

    :raises RefusedBefore: a person refused it, and it would not have expired yet.
    """
    same = WriteRequest.objects.using(DATABASE).filter(token=token, digest=digest)
    refused = same.filter(state=State.REFUSED, expires_at__gt=timezone.now()).order_by("-requested_at").first()
    if refused is not None:
        until = f"{refused.expires_at:%Y-%m-%d %H:%M} UTC"
        raise RefusedBefore(
            f"A person has refused this (request {refused.pk}); it can be asked for again after {until}"
        )
    return same.filter(state__in=(State.WAITING, State.APPROVED), job__completed_at=None).first()


def check_room(token: Token) -> None:
    """Check that another request of the token may wait. What people approved does not count.

    :raises TooMany: there are UNAPPROVED_AT_MOST.
    """
    now = timezone.now()
    since = now - timedelta(hours=settings.GATEHOUSE_APPROVAL_HOURS)
    unapproved = WriteRequest.objects.using(DATABASE).filter(token=token, requested_at__gt=since, decided_at=None)
    counting = BulkJob.objects.using(DATABASE).filter(
        account_id=token.account_id,
        requested_by=token.name,
        status__in=(BulkJob.Status.PENDING, BulkJob.Status.DISCOVERING),
        awaits_approval=False,
    )
    if unapproved.count() + counting.count() >= UNAPPROVED_AT_MOST:
        raise TooMany(
            f"{UNAPPROVED_AT_MOST} requests of this token are undecided within {settings.GATEHOUSE_APPROVAL_HOURS} "
            "hours; a person has to decide on them in the console first"
        )


def _job_of(token: Token, action: str, destination: str) -> BulkJob:
    now = timezone.now()
    return BulkJob(
        account_id=token.account_id,
        action=BulkJob.Action.MOVE if action == "move" else BulkJob.Action.RELEASE,
        destination=destination,
        requested_by=token.name,
        search={},
        filters={},
        created_at=now,
        awaits_approval=True,
        is_by_id=True,
    )


def _request(token: Token, job: BulkJob, *, operation: str, digest: str, messages: int, rule: str) -> WriteRequest:
    now = timezone.now()
    made = WriteRequest.objects.using(DATABASE).create(
        account_id=token.account_id,
        token=token,
        job=job,
        operation=operation,
        action=job.action,
        destination=job.destination,
        messages=messages,
        rule=rule,
        digest=digest,
        requested_at=now,
        expires_at=now + timedelta(hours=settings.GATEHOUSE_APPROVAL_HOURS),
        # The call that asks by ids is on record with its answer. That a job came to wait is not on record yet.
        is_told=operation != BULK,
    )
    why = f"{rule}. Request {made.pk} waits for them until {made.expires_at:%Y-%m-%d %H:%M} UTC"
    BulkJob.objects.using(DATABASE).filter(pk=job.pk).update(status_message=why)
    return made
