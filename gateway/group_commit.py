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

from gateway.delivery.together import NewCopies, deliver_new
from gateway.models import RawMail
from gateway.pipeline import DELIVER, Accepted, finished, keep_alone, run
from gateway.pipeline_steps.context import MessageContext
from gateway.pipeline_steps.storing import NewMessage, new_message, save
from gateway.routes.route import RouteInvalid
from gateway.store.packs import Pack
from gateway.store.raw_mail import kept_already

logger = logging.getLogger(__name__)


class Group:
    """Messages that are stored together. `kept` are the rows of bytes that are stored already, by SHA-256."""

    def __init__(self, kept: dict[str, RawMail] | None = None) -> None:
        self._kept = kept or {}
        self._pack = Pack()
        self._new: list[NewMessage] = []
        self._together: list[NewMessage] = []

    def __len__(self) -> int:
        return len(self._new)

    def add(self, known: MessageContext) -> NewMessage:
        """Add a judged message and return it as it is going to be stored."""
        digest = hashlib.sha256(known.raw).hexdigest()
        row = self._kept.get(digest)
        if row is None:
            row = self._kept[digest] = self._pack.add(known.raw)
        new = new_message(replace(known, raw_row=row))
        self._new.append(new)
        return new

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
            return [_alone(new[0].known)]
        try:
            self._pack.save()
            save(new)
        except Exception:  # Whatever it is, it must not keep the other messages from being stored.
            logger.warning("%s messages are stored one by one, as they could not be together", len(new), exc_info=True)
            return [_alone(one.known) for one in new]
        self._together = new
        return [finished(replace(one.known, stored=one.rows.message)) for one in new]

    def deliver(self) -> None:
        """Deliver the copies of what `save` has stored together. What fails stays queued: the messages are stored."""
        usual = [one for one in self._together if not one.known.asked]
        try:
            deliver_new([NewCopies(one.rows.message, one.known.raw, one.rows.deliveries) for one in usual])
        except (DatabaseError, OSError, RouteInvalid):
            logger.exception("copies of %s messages stay queued", len(usual))
        for one in self._together:
            if one.known.asked:
                # Whoever asked for notices is told of each copy.
                run((DELIVER,), replace(one.known, stored=one.rows.message, copies=tuple(one.rows.deliveries)))


def _alone(known: MessageContext) -> Accepted | Exception:
    """Store and deliver one message as if it had come alone. The group may be large, so one error ends no other."""
    try:
        return keep_alone(known)
    except Exception as error:  # noqa: BLE001 - the caller tells of it
        return error


def kept_of(raws: Iterable[bytes]) -> dict[str, RawMail]:
    """Return the rows of those bytes that are stored already, by SHA-256."""
    return kept_already(hashlib.sha256(raw).hexdigest() for raw in raws)
