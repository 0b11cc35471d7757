"""Mail import: reads messages ahead, judges them in their order, and stores them in groups.

A message is judged as if those before it were stored already, and reported once its group is. One that fails keeps no
other from being stored.
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from django.conf import settings
from django.utils import timezone

from gateway.detect.evidence import Evidence
from gateway.feeds.matching import has_feeds
from gateway.group_commit import Group, kept_of
from gateway.history.batch import BatchHistory
from gateway.importing.reading_ahead import Entry, read_ahead, stored_messages, take_read
from gateway.importing.sources import Found
from gateway.models import Message
from gateway.pipeline import JUDGING_READ, READING_AHEAD, Accepted, run
from gateway.pipeline_steps.context import MessageContext
from gateway.search import words
from gateway.search.index_entry import bare_message_id
from gateway.submissions.report_mail import is_addressed_as_report

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Imported:
    """The result of importing one message. It is one line of the import report."""

    path: str
    sha256: str | None = None
    id: str | None = None
    disposition: str | None = None
    error: str | None = None
    created: bool = field(default=False, compare=False)


@dataclass(slots=True)
class Summary:
    """Counts of an import's results."""

    stored: int = 0
    known: int = 0
    failed: int = 0
    dispositions: Counter[str] = field(default_factory=Counter)

    def add(self, entry: Imported) -> None:
        """Count one result."""
        if entry.error is not None:
            self.failed += 1
        elif entry.created:
            self.stored += 1
        else:
            self.known += 1
        if entry.disposition is not None:
            self.dispositions[entry.disposition] += 1


def import_all(found: Iterable[Found], *, keep_dates: bool) -> Iterator[Imported]:
    """Store each message once and yield its result, in the order of the messages.

    An interrupted import can be run again: messages that are stored already are not stored twice.
    """
    for entries in read_ahead(found, keep_dates=keep_dates):
        while entries:
            taken = take_read(entries)
            told: list[Imported] = []
            try:
                for one in _import_taken(taken):
                    told.append(one)
                    yield one
            except Exception as error:
                # What the group as a whole was asked for failed. None of it is stored, and the import goes on.
                logger.warning("%s messages were not stored", len(taken) - len(told), exc_info=True)
                yield from (_failed(entry, error) for entry in taken[len(told) :])


def _import_taken(taken: Sequence[Entry]) -> Iterator[Imported]:
    known_before = stored_messages(entry.key for entry in taken)
    batch = _Batch(taken)
    for place, entry in enumerate(taken):
        if entry.found.raw is None:
            batch.told.append(Imported(entry.found.label, error=entry.found.error))
        elif entry.key in known_before:
            batch.told.append(_result(entry, Accepted(known_before[entry.key], created=False)))
        elif entry.key in batch.places:
            batch.told.append((entry, batch.places[entry.key]))
        else:
            try:
                known = _read(entry)
                if batch.has_to_be_stored_before(known):
                    yield from batch.store()
                    known_before |= stored_messages([entry.key for entry in taken[:place]])
                    batch = _Batch(taken[place:])
                batch.add(entry, known)
            except Exception as error:
                # Any error is reported for this message only, and the import continues with the next one.
                logger.warning("%s was not stored", entry.found.label, exc_info=True)
                batch.told.append(_failed(entry, error))
    yield from batch.store()


class _Batch:
    """Messages that are judged one after the other and then stored together.

    `told` has what is to be reported: results, or entries with the place that their message has in the group. `places`
    are these places by import key.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        read = [entry.reading.result() for entry in entries if entry.reading and not entry.reading.exception()]
        account_id = settings.GATEWAY_ACCOUNT_ID
        self.told: list[Imported | tuple[Entry, int]] = []
        self.places: dict[str, int] = {}
        self._history = BatchHistory(account_id, map(_evidence, read), timezone.now())
        self._earlier: defaultdict[str, list[Message]] = defaultdict(list)
        self._group = Group(kept_of(known.raw for known in read))
        self._has_feeds = has_feeds(account_id)

    def has_to_be_stored_before(self, known: MessageContext) -> bool:
        """Return whether a message asks for more of the batch's messages than a batch can tell before it is stored."""
        return bool(self._group) and (
            self._history.waits_for_the_batch(_evidence(known))
            or is_addressed_as_report(known.parsed, known.envelope, known.policy.context)
        )

    def add(self, entry: Entry, known: MessageContext) -> None:
        """Judge a message and add it to the group."""
        known = run(
            JUDGING_READ,
            replace(known, history=self._history, earlier=self._earlier, has_feeds=self._has_feeds),
        )
        place = len(self._group)
        new = self._group.add(known)
        message = new.rows.message
        self._history.note(new.changes)
        if message.message_id:
            self._earlier[words.key("message_id", bare_message_id(message.message_id))].append(message)
        self.places[entry.key] = place
        self.told.append((entry, place))

    def store(self) -> Iterator[Imported]:
        """Store the group and yield what became of each entry."""
        results = self._group.store()
        first = set(self.places.values())
        for one in self.told:
            if isinstance(one, Imported):
                yield one
                continue
            entry, place = one
            result = results[place]
            if isinstance(result, Exception):
                yield _failed(entry, result)
            else:
                yield _result(entry, result, is_first=place in first)
            first.discard(place)


def _evidence(known: MessageContext) -> Evidence:
    return Evidence(known.parsed, known.envelope, known.policy.context)


def _read(entry: Entry) -> MessageContext:
    """Return what reading has found. An entry that was stored or named before, and is no longer, is read now."""
    assert entry.known is not None  # noqa: S101 - only entries with bytes are read
    return run(READING_AHEAD, entry.known) if entry.reading is None else entry.reading.result()


def _result(entry: Entry, accepted: Accepted, *, is_first: bool = True) -> Imported:
    message = accepted.message
    return Imported(
        entry.found.label,
        entry.digest,
        message.investigate_id,
        message.final_disposition,
        created=accepted.created and is_first,
    )


def _failed(entry: Entry, error: Exception) -> Imported:
    return Imported(entry.found.label, entry.digest or None, error=f"not stored: {type(error).__name__}: {error}")
