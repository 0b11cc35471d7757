"""What a second judgement changes: the message's verdict, and where its copies are.

Each step may be made again after the process died in the middle: the verdict is written in one transaction, and moves
and releases take up what was cut off.
"""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from gateway.delivery.ledger import DATABASE
from gateway.delivery.maildir import INBOX
from gateway.delivery.moving import move
from gateway.delivery.releasing import release
from gateway.models import ActionLog, Delivery, Message, MessageDetail, MessageIndex, TraceLine
from gateway.policies.effects import Outcome
from gateway.search.index_entry import index_entry
from gateway.store.detail import Detail
from gateway.store.rows import detail_of_verdict, extra

REVIEW = "review"
"""Who asked for a move or a release, in the action log, when a second judgement did."""

JUNK = "JunkEmail"


def put_right(message: Message, outcome: Outcome) -> None:
    """Give the message its new verdict, and bring its copies where mail of that verdict belongs.

    What would be held now goes from the inbox to the junk folder, since what was delivered can't be held again. What
    would be delivered now is released, if that is so for all of its recipients. What a second judgement had brought
    to the junk folder comes back when the next one clears it; what a person moved stays where it is.
    """
    _write_verdict(message, outcome)
    copies = list(Delivery.objects.using(DATABASE).filter(message=message))
    waiting = {copy.recipient for copy in copies if copy.status == Delivery.Status.QUARANTINED}
    if waiting and not waiting & outcome.held:
        release([message], requested_by=REVIEW)
    delivered = [copy for copy in copies if copy.status == Delivery.Status.DELIVERED]
    _move(message, {copy.recipient for copy in delivered if copy.folder == INBOX} & outcome.held, JUNK)
    if _was_moved_by_review(message):
        _move(message, {copy.recipient for copy in delivered if copy.folder == JUNK} - outcome.held, INBOX)


def _write_verdict(message: Message, outcome: Outcome) -> None:
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
