"""Applies the new verdict of a message that was judged again: updates the message, and moves its copies.

If the process dies, each step can be repeated. The verdict is written in one transaction, and moves and releases
complete what was interrupted.
"""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from gateway.delivery.ledger import DATABASE
from gateway.delivery.maildir import INBOX
from gateway.delivery.moving import move
from gateway.delivery.releasing import release
from gateway.detect.verdict import SEVERITY
from gateway.history.recording import record_new_verdict
from gateway.models import ActionLog, Delivery, Message, MessageDetail, MessageIndex, TraceLine
from gateway.policies.outcome import Outcome
from gateway.search.index_entry import index_entry
from gateway.store.arrival_results import results_in
from gateway.store.message_detail import Detail
from gateway.store.message_rows import detail_of_verdict, extra

REVIEW = "review"
"""`requested_by` in the action log for moves and releases that a new verdict caused."""

JUNK = "JunkEmail"


def apply_verdict(message: Message, outcome: Outcome, *, releases: bool) -> None:
    """Write the message's new verdict, and move its copies according to it.

    Copies that would be held now are moved from the inbox to the junk folder, since delivered copies can't be held.
    Copies that an earlier review moved to the junk folder are moved back to the inbox if they would be delivered now.
    Copies that a person moved are not touched.

    Held copies are released only with `releases`, and if the new verdict holds none of them. That is for what the
    gateway decides by itself. A person's request never releases, since asking for a verdict takes less than releasing.

    A reading that was not complete may only make the verdict worse: nothing is cleared or released on its word.
    """
    if outcome.unread and not _is_worse(outcome.verdict.disposition, message.final_disposition):
        return
    write_verdict(message, outcome)
    copies = list(Delivery.objects.using(DATABASE).filter(message=message))
    waiting = {copy.recipient for copy in copies if copy.status == Delivery.Status.QUARANTINED}
    if waiting and not waiting & outcome.held and releases:
        release([message], requested_by=REVIEW, teaches=False)
    delivered = [copy for copy in copies if copy.status == Delivery.Status.DELIVERED]
    _move(message, {copy.recipient for copy in delivered if copy.folder == INBOX} & outcome.held, JUNK)
    if _was_moved_by_review(message):
        _move(message, {copy.recipient for copy in delivered if copy.folder == JUNK} - outcome.held, INBOX)


def _is_worse(disposition: str, before: str) -> bool:
    return SEVERITY.index(disposition) < SEVERITY.index(before)


def write_verdict(message: Message, outcome: Outcome) -> None:
    """Write the message's new verdict, in one transaction, and leave its copies where they are."""
    before, verdict = message.final_disposition, outcome.verdict
    if verdict.disposition == before:
        return
    message.final_disposition = verdict.disposition
    message.detection_reasons = list(verdict.reasons)
    message.threat_categories = [category.name for category in verdict.threat_categories]
    message.properties = outcome.properties
    with transaction.atomic(using=DATABASE):
        row = MessageDetail.objects.using(DATABASE).select_for_update().get(message=message)
        detail = Detail.unpacked(row.payload)
        detail_of_verdict(detail, verdict)
        MessageDetail.objects.using(DATABASE).filter(message=message).update(payload=detail.packed())
        message.save(
            using=DATABASE,
            update_fields=["final_disposition", "detection_reasons", "threat_categories", "properties"],
        )
        record_new_verdict(message, before, results_in(detail) or ())
        entry = index_entry(message, extra(detail))
        MessageIndex.objects.using(DATABASE).filter(message=message).update(
            subject=entry.subject, words=entry.words, keys=entry.keys
        )
        TraceLine.objects.using(DATABASE).create(
            message=message,
            direction=TraceLine.Direction.INBOUND,
            logged_at=timezone.now(),
            text=f"{message.postfix_id}: judged again: disposition {verdict.disposition}, before {before}",
        )


def _move(message: Message, recipients: Collection[str], folder: str) -> None:
    if recipients:
        move([message], folder=folder, requested_by=REVIEW, only={message.pk: recipients})


def _was_moved_by_review(message: Message) -> bool:
    moves = ActionLog.objects.using(DATABASE).filter(message=message, operation=ActionLog.Operation.MOVE, success=True)
    newest = moves.order_by("-started_at", "-pk").first()
    return newest is not None and newest.properties.get("requested_by") == REVIEW
