"""Stores several judged messages with one sync and one transaction, and delivers them.

The bytes are written and synced as one pack before the rows are committed, so what is committed is there after a power
cut. Until then nothing is stored: whoever waits for one of the messages hears of it afterwards. If the transaction
fails, each message is stored alone, so that one which can't be stored keeps no other from it.
"""

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import replace

from django.db import DatabaseError

from gateway.delivery.together import NewMessage, deliver_new
from gateway.metrics import MAIL
from gateway.models import RawMail
from gateway.pipeline import DELIVER, STORE, Accepted, finished, run
from gateway.pipeline_steps.context import MessageContext
from gateway.pipeline_steps.storing import new_rows, save
from gateway.routes.route import RouteInvalid
from gateway.store.message_rows import Rows
from gateway.store.packs import Pack
from gateway.store.raw_mail import kept_already

logger = logging.getLogger(__name__)


class Group:
    """Messages that are stored together. `kept` are the rows of bytes that are stored already, by SHA-256."""

    def __init__(self, kept: dict[str, RawMail] | None = None) -> None:
        self._kept = kept or {}
        self._pack = Pack()
        self._new: list[tuple[Rows, MessageContext]] = []
        self._together: list[tuple[Rows, MessageContext]] = []

    def __len__(self) -> int:
        return len(self._new)

    def add(self, known: MessageContext) -> Rows:
        """Add a judged message and return its rows as they are going to be stored."""
        digest = hashlib.sha256(known.raw).hexdigest()
        row = self._kept.get(digest)
        if row is None:
            row = self._kept[digest] = self._pack.add(known.raw)
        known = replace(known, raw_row=row)
        made = new_rows(known)
        self._new.append((made, known))
        return made

    def store(self) -> list[Accepted | Exception]:
        """Store the messages and deliver their copies. Return for each, in order, what became of it."""
        results = self.save()
        self.deliver()
        return results

    def save(self) -> list[Accepted | Exception]:
        """Store the messages. Return for each, in order, what became of it."""
        new, self._together = self._new, []
        if not new:
            return []
        if len(new) == 1:
            # What comes alone has a file of its own, which its next arrival finds by its name.
            return [_alone(new[0][1])]
        try:
            self._pack.save()
            save(new)
        except Exception:  # Whatever it is, it must not keep the other messages from being stored.
            logger.warning("%s messages are stored one by one, as they could not be together", len(new), exc_info=True)
            return [_alone(known) for _made, known in new]
        for made, _known in new:
            MAIL.labels(made.message.final_disposition, "yes" if made.message.is_quarantined else "no").inc()
        self._together = new
        return [Accepted(made.message, created=True) for made, _known in new]

    def deliver(self) -> None:
        """Deliver the copies of what `save` has stored together. What fails stays queued: the messages are stored."""
        usual = [(made, known) for made, known in self._together if not known.asked]
        try:
            deliver_new([NewMessage(made.message, known.raw, made.deliveries) for made, known in usual])
        except (DatabaseError, OSError, RouteInvalid):
            logger.exception("copies of %s messages stay queued", len(usual))
        for made, known in self._together:
            if known.asked:
                # Whoever asked for notices is told of each copy.
                run((DELIVER,), replace(known, stored=made.message, copies=tuple(made.deliveries)))


def _alone(known: MessageContext) -> Accepted | Exception:
    """Store and deliver one message as if it had come alone. The group may be large, so one error ends no other."""
    try:
        return finished(run((STORE, DELIVER), known))
    except Exception as error:  # noqa: BLE001 - the caller tells of it
        return error


def kept_of(raws: Iterable[bytes]) -> dict[str, RawMail]:
    """Return the rows of those bytes that are stored already, by SHA-256."""
    return kept_already(hashlib.sha256(raw).hexdigest() for raw in raws)
