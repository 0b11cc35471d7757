"""Checks a frozen selection for drift before a job starts.

Drift means that messages arrived, moved, got another verdict or are gone since the selection was frozen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from django.db.models import QuerySet

from api_client import Client
from api_client.models import ActionOperation, Message
from dashboard.jobs.action_log import log_read_since
from dashboard.jobs.message_location import HELD, last_folder
from dashboard.jobs.selections.gathering import parts
from dashboard.jobs.selections.lookup import look_up_messages
from dashboard.jobs.selections.models import SelectedMessage, Selection, SelectionCheck, Source
from dashboard.jobs.snapshot import Snapshot
from dashboard.jobs.states import FOLDER_LABELS
from dashboard.walking.registry import WalkConsumer
from dashboard.walking.walk import Leaf

SINGLES_AT_MOST = 100
"""Maximum number of messages that are read one by one because the walk did not return them."""

LOGS_A_PAGE = 20
"""Maximum number of action logs that are read for one page, to tell where messages are whose rows don't say it."""

GONE = "It does not match the search any more, or is gone."


class DriftConsumer(WalkConsumer[SelectionCheck]):
    """Compares each message of a selection with its row."""

    def leaves(self, client: Client, walk: SelectionCheck) -> Iterator[Leaf]:
        """Return the pages of the selection's search up to now, or the named messages if the selection is a list."""
        if walk.selection.source == Source.QUERY:
            return super().leaves(client, walk)
        return look_up_messages(client, lambda: _left(walk), position=walk.position, singles_at_most=SINGLES_AT_MOST)

    def prepare(self, client: Client, walk: SelectionCheck, messages: Sequence[Message]) -> list[Snapshot]:
        """Return the messages as they are now. The action log tells where a few are whose row does not.

        Raise ApiError if a call fails.
        """
        now = {message.id: Snapshot.of(message) for message in messages}
        since, left = walk.started_at or walk.created_at, LOGS_A_PAGE
        for row in _rows(walk.selection, now):
            message = now[row.investigate_id]
            if left and row.seen.place and not message.place:
                left -= 1
                log = log_read_since(client, message.id, since)
                now[message.id] = replace(message, place=last_folder(log or ()))
        return list(now.values())

    def consume(self, walk: SelectionCheck, found: Sequence[Snapshot]) -> None:
        """Count the differences, and write into each row how its message differs."""
        now = {message.id: message for message in found}
        seen, drifts = set(), defaultdict(list)
        for row in _rows(walk.selection, now):
            seen.add(row.investigate_id)
            moved, rejudged = differences(row.seen, now[row.investigate_id])
            walk.moved += bool(moved)
            walk.rejudged += bool(rejudged)
            walk.unseen += not moved and _place_is_lost(row.seen, now[row.investigate_id])
            drifts[" ".join(filter(None, [moved, rejudged]))].append(row.pk)
        for drift, ids in drifts.items():
            for part in parts(ids):
                walk.selection.messages.filter(pk__in=part).update(checked=walk.number, drift=drift[:200])
        if walk.selection.source == Source.QUERY:
            walk.arrived += len(now.keys() - seen)

    def finish(self, walk: SelectionCheck) -> None:
        """Count the messages that were not found.

        They are gone if a search was walked completely. In a search with gaps or among named messages, they are only
        unseen.
        """
        left = _left(walk)
        if walk.selection.source == Source.QUERY and not walk.gaps:
            walk.gone = left.update(checked=walk.number, drift=GONE)
        else:
            walk.unseen += left.count()


def _left(check: SelectionCheck) -> QuerySet[SelectedMessage]:
    return check.selection.messages.filter(why_not="").exclude(checked=check.number)


def _rows(selection: Selection, ids: Iterable[str]) -> Iterator[SelectedMessage]:
    for part in parts(list(ids)):
        yield from selection.messages.filter(investigate_id__in=part, why_not="")


def differences(before: Snapshot, now: Snapshot) -> tuple[str, str]:
    """Return how a message differs from its snapshot, in place and in disposition. Empty if it does not differ.

    A folder that is not known now is not taken for another one.
    """
    moved = rejudged = ""
    if before.is_quarantined is None:
        return moved, rejudged
    was, is_now = _where(before), _where(now)
    if was != is_now and not _place_is_lost(before, now):
        moved = f"It was {was}, and is {is_now} now."
    if before.disposition != now.disposition:
        rejudged = f"It was {before.disposition or 'NONE'}, and is {now.disposition or 'NONE'} now."
    return moved, rejudged


def _place_is_lost(before: Snapshot, now: Snapshot) -> bool:
    """Return whether the folder was known, and can't be told now: the row showed a move then, too."""
    return bool(before.place and not now.place and ActionOperation.MOVE in before.operations)


def _where(one: Snapshot) -> str:
    if one.is_quarantined or one.place == HELD:
        return HELD
    return (
        f"in {FOLDER_LABELS.get(one.place, one.place)}" if one.place else ", ".join(one.status) or "nobody knows where"
    )
