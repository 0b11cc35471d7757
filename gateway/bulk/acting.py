"""Carry out a bulk job's action (move or release) on the rows of one claim, and record the outcome of each row."""

import logging
from collections.abc import Sequence
from functools import partial

from gateway.bulk.claiming import Claim, Status, held_by, release_for_retry, settle
from gateway.delivery.moving import Moved, move
from gateway.delivery.releasing import Released, release
from gateway.models import BulkJob, BulkJobMessage, Message

logger = logging.getLogger(__name__)
DATABASE = "gateway"
_WHY = {
    "not_in_mailbox": "the mailbox has no copy: it is held, or was deleted there",
    "failed": "the mailbox could not be written",
    "not_supported": "the mailboxes have no such folder, or can't be reached from here",
}
Rows = dict[tuple[int, str], BulkJobMessage]


def act(job: BulkJob, claimed: Claim) -> None:
    """Carry out the job's action on the claimed rows.

    Rows with a temporary failure are put back for a retry.
    """
    found = Message.objects.using(DATABASE).in_bulk(list({row.message_id for row in claimed.rows}))
    gone = [row for row in claimed.rows if row.message_id not in found]
    if gone:
        settle(claimed, gone, status=Status.FAILED, why="the message is no longer stored")
    rows = {(row.message_id, row.recipient): row for row in claimed.rows if row.message_id in found}
    try:
        if job.action == BulkJob.Action.MOVE:
            _move(job, claimed, rows, list(found.values()))
        else:
            _release(job, claimed, rows, list(found.values()))
    except Exception:
        # Whatever failed, continue with the other chunks. These rows are retried in smaller chunks.
        logger.exception("a chunk of bulk job %s failed", job.pk)
        release_for_retry(claimed, held_by(job, claimed.token), why="the action broke off")


def _move(job: BulkJob, claimed: Claim, rows: Rows, messages: Sequence[Message]) -> None:
    only: dict[int, set[str]] = {}
    for key, recipient in rows:
        only.setdefault(key, set()).add(recipient)
    # The outcomes are written in the transaction that completes the action log. After a crash either both are
    # committed, or neither is and a retry completes the open entry of the log.
    settled = partial(_moves_settled, claimed, rows)
    move(messages, folder=job.destination, requested_by=job.requested_by, only=only, settled=settled)
    left = held_by(job, claimed.token)
    if left:
        settle(claimed, left, status=Status.FAILED, why="the message has no copy for this recipient")


def _moves_settled(claimed: Claim, rows: Rows, outcomes: Sequence[Moved]) -> None:
    _note_marks(rows, outcomes)
    by_status: dict[str, list[BulkJobMessage]] = {}
    for outcome in outcomes:
        row = rows.get((outcome.message.pk, outcome.recipient))
        if row is not None:
            by_status.setdefault(outcome.status, []).append(row)
    for status, found in by_status.items():
        if status == "moved":
            settle(claimed, found, status=Status.COMPLETED)
        elif status == "failed":
            release_for_retry(claimed, found, why=_WHY[status])
        else:
            settle(claimed, found, status=Status.FAILED, why=_WHY.get(status, status))


def _note_marks(rows: Rows, outcomes: Sequence[Moved]) -> None:
    """Write what recipients had done with their copies, in the transaction that writes the outcomes.

    A retry that finds the copy moved already adds to what the earlier try told.
    """
    told = []
    for outcome in outcomes:
        row = rows.get((outcome.message.pk, outcome.recipient))
        if row is not None and outcome.marks is not None:
            row.marks = sorted({*(row.marks or ()), *outcome.marks})
            row.forwarded_to = list(outcome.forwarded_to)
            told.append(row)
    BulkJobMessage.objects.using(DATABASE).bulk_update(told, ["marks", "forwarded_to"])


def _release(job: BulkJob, claimed: Claim, rows: Rows, messages: Sequence[Message]) -> None:
    # A release is idempotent: the delivery ledger ensures one delivery for each copy. It can be retried after a crash.
    for outcome in release(messages, requested_by=job.requested_by):
        _release_settled(claimed, rows, outcome)
    left = held_by(job, claimed.token)
    if left:
        settle(claimed, left, status=Status.FAILED, why="the message has no copy for this recipient")


def _release_settled(claimed: Claim, rows: Rows, outcome: Released) -> None:
    key = outcome.message.pk
    done = [rows[key, recipient] for recipient in outcome.delivered if (key, recipient) in rows]
    waiting = [rows[key, recipient] for recipient in outcome.undelivered if (key, recipient) in rows]
    if done:
        settle(claimed, done, status=Status.COMPLETED)
    if waiting:
        release_for_retry(claimed, waiting, why="released, and not delivered yet")
