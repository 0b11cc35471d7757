"""Looking at a selection again before anything is done: what arrived, and what is not as it was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from django.db.models import QuerySet

from api_client import Client
from api_client.models import Message
from dashboard.jobs.message_location import HELD
from dashboard.jobs.selections.gathering import parts
from dashboard.jobs.selections.lookup import look_up
from dashboard.jobs.selections.models import SelectedMessage, Selection, SelectionCheck, Source
from dashboard.jobs.snapshot import Snapshot
from dashboard.jobs.states import FOLDER_LABELS
from dashboard.walking.registry import WalkConsumer
from dashboard.walking.walk import Leaf

SINGLES_AT_MOST = 100
"""Messages that a walk does not come upon are looked at one by one, but for no more than so many."""

GONE = "It does not match the search any more, or is gone."


class Checking(WalkConsumer[SelectionCheck]):
    """Compares each message of a selection with its row."""

    def leaves(self, client: Client, walk: SelectionCheck) -> Iterator[Leaf]:
        """Give the selection's search up to now; for rows that were named, those very messages."""
        if walk.selection.source == Source.QUERY:
            return super().leaves(client, walk)
        return look_up(client, lambda: _left(walk), position=walk.position, singles_at_most=SINGLES_AT_MOST)

    def consume(self, walk: SelectionCheck, found: Sequence[Message]) -> None:
        """Count what differs, and say of each row how."""
        now = {message.id: Snapshot.of(message) for message in found}
        seen, drifts = set(), defaultdict(list)
        for row in _rows(walk.selection, now):
            seen.add(row.investigate_id)
            moved, rejudged = differences(row.seen, now[row.investigate_id])
            walk.moved += bool(moved)
            walk.rejudged += bool(rejudged)
            drifts[" ".join(filter(None, [moved, rejudged]))].append(row.pk)
        for drift, ids in drifts.items():
            for part in parts(ids):
                walk.selection.messages.filter(pk__in=part).update(checked=walk.number, drift=drift[:200])
        if walk.selection.source == Source.QUERY:
            walk.arrived += len(now.keys() - seen)

    def finish(self, walk: SelectionCheck) -> None:
        """What a whole search does not find any more is gone from it; of what was named, it was merely not seen."""
        left = _left(walk)
        if walk.selection.source == Source.QUERY and not walk.gaps:
            walk.gone = left.update(checked=walk.number, drift=GONE)
        else:
            walk.unseen = left.count()


def _left(check: SelectionCheck) -> QuerySet[SelectedMessage]:
    return check.selection.messages.filter(why_not="").exclude(checked=check.number)


def _rows(selection: Selection, ids: Iterable[str]) -> Iterator[SelectedMessage]:
    for part in parts(list(ids)):
        yield from selection.messages.filter(investigate_id__in=part, why_not="")


def differences(before: Snapshot, now: Snapshot) -> tuple[str, str]:
    """Say how a message differs from what it was: where it is, and how it is judged; empty where it does not."""
    moved = rejudged = ""
    if before.is_quarantined is None:
        return moved, rejudged
    was, is_now = _where(before), _where(now)
    if was != is_now:
        moved = f"It was {was}, and is {is_now} now."
    if before.disposition != now.disposition:
        rejudged = f"It was {before.disposition or 'NONE'}, and is {now.disposition or 'NONE'} now."
    return moved, rejudged


def _where(one: Snapshot) -> str:
    if one.is_quarantined or one.place == HELD:
        return HELD
    return (
        f"in {FOLDER_LABELS.get(one.place, one.place)}" if one.place else ", ".join(one.status) or "nobody knows where"
    )
