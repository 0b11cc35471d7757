"""Gathers a selection: writes each page of a walk as rows, in the transaction that saves the walk's position."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar, cast

from django.db.models import Q

from api_client import Client
from api_client.models import Message
from dashboard.jobs.models import JobItem
from dashboard.jobs.selections.alike import Alike
from dashboard.jobs.selections.lookup import look_up_messages
from dashboard.jobs.selections.models import SelectedMessage, Selection, Source
from dashboard.jobs.selections.tallies import tally
from dashboard.jobs.selections.undo import collect_undo, read_places, undo_pages
from dashboard.jobs.snapshot import LONGEST_ID, Snapshot
from dashboard.walking.registry import WalkConsumer
from dashboard.walking.walk import Leaf

SELECT_AT_MOST = 1_000_000
AT_ONCE = 400
"""Ids in one statement. Older builds of SQLite allow at most 999 parameters."""

T = TypeVar("T")

NOT_THERE = "The API knows no such message."


class SelectionConsumer(WalkConsumer[Selection]):
    """Writes the messages of a selection's walk as rows."""

    def leaves(self, client: Client, walk: Selection) -> Iterator[Leaf]:
        """Return the pages of the search. For a list, return the named messages; for an undo, the items of the job."""
        if walk.source == Source.QUERY:
            return super().leaves(client, walk)
        if walk.source == Source.UNDO:
            return undo_pages(walk)
        return look_up_messages(client, lambda: walk.messages.filter(is_read=False), position=walk.position)

    def prepare(self, client: Client, walk: Selection, messages: Sequence[Message]) -> Sequence[Message | JobItem]:
        """Return the messages. For an undo, return the items of the job, and read where they were before."""
        return read_places(client, walk) if walk.source == Source.UNDO else messages

    def consume(self, walk: Selection, found: Any) -> bool:
        """Store the messages as rows. Return False once the selection has reached the maximum size."""
        if walk.source == Source.UNDO:
            collect_undo(walk, found)
        elif walk.source == Source.QUERY:
            collect_all(walk, found)
        else:
            collect_named(walk, found)
        return walk.size < SELECT_AT_MOST

    def finish(self, walk: Selection) -> None:
        """Mark every id that was not found as left out."""
        if walk.source in (Source.PICKED, Source.LIST):
            walk.left_out = walk.messages.filter(is_read=False).update(why_not=NOT_THERE, is_read=True)


def collect_all(selection: Selection, found: Iterable[Message]) -> None:
    """Add the messages that are not in the selection yet. Runs in the caller's transaction."""
    alike = Alike.from_json(selection.alike)
    fresh = {
        message.id: Snapshot.of(message)
        for message in found
        if len(message.id) <= LONGEST_ID and alike.is_copy(message)
    }
    for part in parts(list(fresh)):
        for known in selection.messages.filter(investigate_id__in=part).values_list("investigate_id", flat=True):
            del fresh[known]
    SelectedMessage.objects.bulk_create([row_of(selection, snapshot) for snapshot in fresh.values()], batch_size=500)
    _count(selection, fresh.values())


def collect_named(selection: Selection, found: Iterable[Message]) -> None:
    """Fill in the rows that name these messages. One name, such as a Message-ID, may refer to several messages."""
    by_name: dict[str, list[Snapshot]] = defaultdict(list)
    for message in found:
        snapshot = Snapshot.of(message)
        for name in snapshot.names:
            by_name[name].append(snapshot)
    named = {snapshot.id: snapshot for snapshots in by_name.values() for snapshot in snapshots}
    known = set(_ids_among(selection, named, Q(is_read=True)))
    rows = _rows_among(selection, by_name)
    # Delete all these rows first: a message that was named twice may replace the row of its first name.
    for part in parts([row.pk for row in rows]):
        selection.messages.filter(pk__in=part).delete()
    filled: list[SelectedMessage] = []
    for row in rows:
        wanted = [one for one in by_name[row.investigate_id] if one.id not in known]
        filled += [row_of(selection, one, pk=row.pk if number == 0 else None) for number, one in enumerate(wanted)]
        known |= {one.id for one in wanted}
    SelectedMessage.objects.bulk_create(filled, batch_size=500)
    _count(selection, (row.seen for row in filled))


def row_of(selection: Selection, snapshot: Snapshot, *, pk: int | None = None) -> SelectedMessage:
    """Return the row of a snapshot. With `pk`, it replaces the row of a name and keeps that row's place."""
    return SelectedMessage(
        pk=pk, selection=selection, investigate_id=snapshot.id, snapshot=snapshot.to_json(), is_read=True
    )


def _rows_among(selection: Selection, names: Iterable[str]) -> list[SelectedMessage]:
    rows: list[SelectedMessage] = []
    for part in parts(list(names)):
        rows += selection.messages.filter(is_read=False, investigate_id__in=part).order_by("id")
    return rows


def _ids_among(selection: Selection, ids: Iterable[str], condition: Q) -> Iterator[str]:
    for part in parts(list(ids)):
        yield from cast(
            "Iterable[str]",
            selection.messages.filter(condition, investigate_id__in=part).values_list("investigate_id", flat=True),
        )


def _count(selection: Selection, snapshots: Iterable[Snapshot]) -> None:
    counted = list(snapshots)
    selection.size += len(counted)
    selection.tallies = tally(selection.tallies, counted)


def parts(ids: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield the ids in parts that fit into one statement."""
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
