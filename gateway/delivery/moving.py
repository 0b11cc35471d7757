"""The move action: move recipients' copies of messages to another folder of their mailboxes."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from gateway.delivery.failures import Failure, reason_of, told
from gateway.delivery.follow_ups import follow_ups_of
from gateway.delivery.ledger import DATABASE
from gateway.delivery.mailbox_choice import copy_of, mailboxes_of
from gateway.delivery.statuses import update_delivery_fields
from gateway.mailboxes.protocol import Mark, NotSupported
from gateway.models import ActionLog, Delivery, Message, TraceLine
from gateway.models.message import DeliveryBit, OperationBit

# Messages per transaction. Transactions stay short, so that other writers to SQLite don't wait.
_BATCH = 50
SENT_SECONDS = 20.0
"""For how long one move looks for what was sent about its copies. Then the mailbox's own marks have to do."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The outcome for one recipient's copy.

    `status` is moved, not_in_mailbox (held in quarantine, not delivered yet, or deleted from the mailbox), failed or
    not_supported, both with the mailbox's `reason`. `marks` tell what the recipient had done with the copy before it
    was moved; None means that it can't be told. `forwarded_to` are those it was forwarded to, as sent mail tells. That
    is looked at for copies with a mark alone: one that nobody opened was not forwarded.
    """

    message: Message
    recipient: str
    success: bool
    status: str
    completed_at: datetime
    reason: str = ""
    marks: frozenset[Mark] | None = None
    forwarded_to: tuple[str, ...] = ()


def move(
    messages: Sequence[Message],
    *,
    folder: str,
    requested_by: str,
    only: Mapping[int, Collection[str]] | None = None,
    settled: Callable[[Sequence[Moved]], None] | None = None,
) -> list[Moved]:
    """Move the copies of each message to `folder`, a name of the API, and return the outcome of each copy.

    `only` maps each message key to the recipients whose copies are moved. Without `only`, all copies are moved.

    The action log row is created before the files are moved and completed afterwards. An interrupted move leaves a
    row without `completed_at`, which the next move of the message to the same folder completes. `settled` is called
    with the outcomes of each batch, in the transaction that completes their log rows. So what `settled` writes is
    committed if and only if the log rows are.
    """
    outcomes: list[Moved] = []
    ends = time.monotonic() + SENT_SECONDS
    for start in range(0, len(messages), _BATCH):
        batch = messages[start : start + _BATCH]
        logs = _open_logs(batch, folder=folder, requested_by=requested_by)
        copies = _copies(batch, only)
        done = [outcome for message in batch for outcome in _move_files(message, copies.get(message.pk, []), folder)]
        done = _with_follow_ups(done, copies, ends=ends)
        _settle(batch, copies, done, logs, folder, settled)
        outcomes += done
    return outcomes


def _open_logs(batch: Sequence[Message], *, folder: str, requested_by: str) -> dict[int, ActionLog]:
    with transaction.atomic(using=DATABASE):
        started = ActionLog.objects.using(DATABASE).filter(
            message__in=batch, operation=ActionLog.Operation.MOVE, completed_at__isnull=True
        )
        logs = {log.message_id: log for log in started if log.properties.get("folder") == folder}
        fresh = [
            ActionLog(
                message=message,
                operation=ActionLog.Operation.MOVE,
                started_at=timezone.now(),
                status="started",
                properties={"folder": folder, "requested_by": requested_by},
            )
            for message in batch
            if message.pk not in logs
        ]
        ActionLog.objects.using(DATABASE).bulk_create(fresh)
    return logs | {log.message_id: log for log in fresh}


def _copies(batch: Sequence[Message], only: Mapping[int, Collection[str]] | None = None) -> dict[int, list[Delivery]]:
    found: dict[int, list[Delivery]] = {}
    for delivery in Delivery.objects.using(DATABASE).filter(message__in=batch).order_by("pk"):
        if only is not None and delivery.recipient not in only[delivery.message_id]:
            continue
        found.setdefault(delivery.message_id, []).append(delivery)
    return found


def _move_files(message: Message, copies: list[Delivery], folder: str) -> list[Moved]:
    outcomes = []
    for copy in copies:
        status, reason, before = "not_in_mailbox", "", None
        if copy.status == Delivery.Status.DELIVERED:
            try:
                before = mailboxes_of(copy.recipient).move(copy_of(copy, message), folder)
                status = "moved" if before is not None else "not_in_mailbox"
            except NotSupported as error:
                status, reason = "not_supported", reason_of(error)
            except OSError as error:
                status, reason = "failed", reason_of(error)
        marks = before.marks if before is not None else None
        outcomes.append(Moved(message, copy.recipient, status == "moved", status, timezone.now(), reason, marks))
    return outcomes


def _with_follow_ups(done: list[Moved], copies: dict[int, list[Delivery]], *, ends: float) -> list[Moved]:
    """Add what recipients sent about the copies, once all of the batch are moved. What fails is left out."""
    rows = {(copy.message_id, copy.recipient): copy for found in copies.values() for copy in found}
    outcomes = []
    for outcome in done:
        if outcome.marks and time.monotonic() < ends:
            sent = follow_ups_of(rows[outcome.message.pk, outcome.recipient], outcome.message)
            marks = outcome.marks | sent.marks
            outcomes.append(replace(outcome, marks=marks, forwarded_to=sent.forwarded_to))
        else:
            outcomes.append(outcome)
    return outcomes


def _settle(
    batch: Sequence[Message],
    copies: dict[int, list[Delivery]],
    done: list[Moved],
    logs: dict[int, ActionLog],
    folder: str,
    settled: Callable[[Sequence[Moved]], None] | None,
) -> None:
    by_message: dict[int, list[Moved]] = {}
    for outcome in done:
        by_message.setdefault(outcome.message.pk, []).append(outcome)
    now = timezone.now()
    with transaction.atomic(using=DATABASE):
        moved = {(outcome.message.pk, outcome.recipient) for outcome in done if outcome.success}
        rows = [copy.pk for found in copies.values() for copy in found if (copy.message_id, copy.recipient) in moved]
        Delivery.objects.using(DATABASE).filter(pk__in=rows).update(folder=folder, updated_at=now)
        for message in batch:
            outcomes = by_message.get(message.pk, [])
            success = bool(outcomes) and all(outcome.success for outcome in outcomes)
            log = logs[message.pk]
            log.completed_at, log.success = now, success
            failures = [Failure(outcome.status, outcome.reason) for outcome in outcomes if not outcome.success]
            log.status = "moved" if success else told(failures or [Failure("not_in_mailbox")], of=len(outcomes))
            any_moved = any(outcome.success for outcome in outcomes)
            update_delivery_fields(
                message,
                operation=OperationBit.MOVE if any_moved else None,
                add=(DeliveryBit.MOVED if any_moved else 0) | (0 if success else DeliveryBit.MOVE_FAILED),
                drop=DeliveryBit.MOVE_FAILED if success else 0,
            )
        ActionLog.objects.using(DATABASE).bulk_update(logs.values(), ["completed_at", "success", "status"])
        TraceLine.objects.using(DATABASE).bulk_create(
            TraceLine(
                message=outcome.message,
                direction=TraceLine.Direction.OUTBOUND,
                logged_at=now,
                text=f"move to {folder} for {outcome.recipient}: {Failure(outcome.status, outcome.reason).words}",
            )
            for outcome in done
        )
        if settled is not None:
            settled(done)
