"""Delivery of messages that were stored together: their copies are synced side by side and marked at once.

The promises are those of `delivery.ledger`: one copy for each message and recipient. A copy counts as delivered only
after its file and its folder are synced. If the process dies before, it stays queued, and the beat task finds the file
under the name that follows from its row.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from django.db import DatabaseError
from django.utils import timezone

from gateway.delivery import maildir
from gateway.delivery.ledger import DATABASE, file_name, mailbox_of, note_failure
from gateway.delivery.queue.entering import enter_queue
from gateway.delivery.statuses import finish_release, update_delivery_fields
from gateway.models import Delivery, Message, TraceLine
from gateway.models.message import DeliveryBit
from gateway.routes.route import RouteInvalid
from gateway.store.inserting import insert
from gateway.store.light_transactions import light_transaction

logger = logging.getLogger(__name__)
T = TypeVar("T")
R = TypeVar("R")
_SYNCED_AT_ONCE: Final = 8
"""Files that are synced side by side: the file system then writes its journal once for all of them."""

_AT_ONCE: Final = 400
"""Keys in one statement: older builds of SQLite take 999 parameters."""


@dataclass(frozen=True, slots=True)
class NewCopies:
    """A message that was just stored, with its bytes and the rows of its copies."""

    message: Message
    raw: bytes
    copies: Sequence[Delivery]


def deliver_new(new: Sequence[NewCopies]) -> None:
    """Deliver the copies that are not held to their Maildirs; those with a next hop are in its queue already.

    What fails stays queued, and the beat task delivers it: an error here is no reason to store a message again.
    """
    waiting = [(one, copy) for one in new for copy in _for_maildirs(one)]
    if not waiting:
        return
    results = _side_by_side(lambda pair: _put(*pair), waiting)
    boxes = list({mailbox_of(copy) for (_one, copy), error in zip(waiting, results, strict=True) if error is None})
    unsynced = {box: error for box, error in zip(boxes, _side_by_side(_synced, boxes), strict=True) if error}
    done = []
    for (one, copy), failed in zip(waiting, results, strict=True):
        error = failed or unsynced.get(mailbox_of(copy))
        if error is None:
            done.append((one, copy))
            continue
        logger.error("copy %s stays queued: %s", copy.pk, error)
        note_failure(one.message, copy, error)
    try:
        if done:
            _mark_delivered(done)
    except DatabaseError:
        logger.exception("%s delivered copies count as queued until the beat task finds them", len(done))


def _side_by_side(action: Callable[[T], R], items: Sequence[T]) -> list[R]:
    """Return what the action returns for each item."""
    if len(items) <= 1:
        return [action(item) for item in items]
    with ThreadPoolExecutor(_SYNCED_AT_ONCE, thread_name_prefix="deliver") as threads:
        return list(threads.map(action, items))


def _for_maildirs(one: NewCopies) -> Iterator[Delivery]:
    waiting = [copy for copy in one.copies if copy.status == Delivery.Status.QUEUED]
    try:
        yield from enter_queue(one.message, waiting)
    except (DatabaseError, RouteInvalid):
        logger.exception("the copies of %s stay queued", one.message.pk)


def _put(one: NewCopies, copy: Delivery) -> OSError | None:
    try:
        maildir.put(mailbox_of(copy), file_name(copy, one.message), one.raw, look_first=False, sync_folder=False)
    except OSError as error:
        return error
    return None


def _synced(box: Path) -> OSError | None:
    try:
        maildir.sync_inbox(box)
    except OSError as error:
        return error
    return None


def _mark_delivered(done: Sequence[tuple[NewCopies, Delivery]]) -> None:
    now = timezone.now()
    with light_transaction(DATABASE):
        bits: dict[int, int] = {}
        for some in _parts(sorted({one.message.pk for one, _copy in done})):
            # Whoever acts on one of the messages meanwhile comes before or after all of this.
            messages = Message.objects.using(DATABASE).filter(pk__in=some).order_by("pk").select_for_update()
            bits.update(messages.values_list("pk", "delivery_bits"))
        for some in _parts([copy.pk for _one, copy in done]):
            Delivery.objects.using(DATABASE).filter(pk__in=some, status=Delivery.Status.QUEUED).update(
                status=Delivery.Status.DELIVERED, folder=maildir.INBOX, updated_at=now
            )
        lines = [
            TraceLine(
                message_id=one.message.pk,
                direction=TraceLine.Direction.OUTBOUND,
                logged_at=now,
                text=f"delivered to {copy.recipient}: Maildir, Inbox",
            )
            for one, copy in done
        ]
        insert(lines, using=DATABASE)
        _settle_messages(done, bits)
        for one, _copy in done:
            # The row that the caller has is the one that was stored; what it says of delivery is old now.
            one.message.delivery_bits = bits.get(one.message.pk, one.message.delivery_bits)


def _settle_messages(done: Sequence[tuple[NewCopies, Delivery]], bits: dict[int, int]) -> None:
    """Set the delivery fields of the messages: those that nobody has touched at once, the others from the ledger."""
    delivered: dict[int, set[int]] = {}
    for one, copy in done:
        delivered.setdefault(one.message.pk, set()).add(copy.pk)
    by_bits: dict[int, list[int]] = {}
    others: list[Message] = []
    for message, copies in _messages(done):
        is_whole = all(
            copy.status == Delivery.Status.QUARANTINED or copy.pk in delivered[message.pk] for copy in copies
        )
        if is_whole and bits.get(message.pk) == message.delivery_bits:
            by_bits.setdefault(message.delivery_bits, []).append(message.pk)
        elif message.pk in bits:
            others.append(message)
    for before, keys in by_bits.items():
        after = before & ~DeliveryBit.QUEUED | DeliveryBit.DELIVERED
        for some in _parts(keys):
            Message.objects.using(DATABASE).filter(pk__in=some).update(delivery_bits=after)
        bits.update(dict.fromkeys(keys, after))
    for message in others:
        update_delivery_fields(message)
        finish_release(message, timezone.now())
        bits[message.pk] = message.delivery_bits


def _parts(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(keys), _AT_ONCE):
        yield keys[start : start + _AT_ONCE]


def _messages(done: Iterable[tuple[NewCopies, Delivery]]) -> Iterator[tuple[Message, Sequence[Delivery]]]:
    """Yield each message of the copies once, with all of its copies."""
    yield from {one.message.pk: (one.message, one.copies) for one, _copy in done}.values()
