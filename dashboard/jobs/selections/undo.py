"""Gathers what a job did as a selection that moves each message back to its earlier folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from dashboard.jobs.actions import folder_of
from dashboard.jobs.message_location import HELD
from dashboard.jobs.models import Job, JobItem
from dashboard.jobs.selections.models import SelectedMessage, Selection
from dashboard.jobs.selections.tallies import tally
from dashboard.jobs.states import FOLDER_LABELS, ItemState, JobAction
from dashboard.walking.walk import Leaf

AT_ONCE = 1000

WHY_NOT = {
    JobAction.RELEASE: "A release can't be taken back: the mail was delivered, and the API can't hold it again.",
    JobAction.RECLASSIFY: "A request for another verdict can't be taken back. Ask for the earlier verdict instead.",
}


def undo_pages(selection: Selection) -> Iterator[Leaf]:
    """Yield pages without messages. `collect_undo` reads the items of the job instead."""
    at: dict[str, Any] = selection.position or {"windows": [], "after": 0}
    while True:
        ids = list(_items(selection, at["after"]).values_list("id", flat=True)[:AT_ONCE])
        if not ids:
            break
        at = {**at, "after": ids[-1]}
        yield Leaf([], at, timezone.now())
    yield Leaf([], at, None)


def collect_undo(selection: Selection) -> None:
    """Add the next items of the job, each with the folder to move it back to, or with why that is impossible."""
    after = (selection.position or {}).get("after", 0)
    rows, counted, folders = [], [], Counter(selection.tallies.get("folders", {}))
    assert selection.undoes is not None  # noqa: S101 - tells the type checker what `selection_undo` ensures
    for item in _items(selection, after)[:AT_ONCE]:
        row = _row(selection, selection.undoes, item)
        rows.append(row)
        if row.why_not:
            selection.left_out += 1
        else:
            counted.append(row.seen)
            folders[row.destination] += 1
    SelectedMessage.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    selection.size += len(counted)
    selection.tallies = {**tally(selection.tallies, counted), "folders": dict(folders)}


def _items(selection: Selection, after: int) -> QuerySet[JobItem]:
    done = JobItem.objects.filter(job=selection.undoes_id, state=ItemState.DONE, id__gt=after)
    return done.order_by("id")


def _row(selection: Selection, job: Job, item: JobItem) -> SelectedMessage:
    folder = folder_of(job, item)
    why_not = undo_refusal_reason(job, item)
    return SelectedMessage(
        selection=selection,
        investigate_id=item.investigate_id,
        # The message is now in the folder that the job moved it to.
        snapshot=item.snapshot | ({"place": folder} if folder else {}),
        is_read=True,
        destination="" if why_not else item.seen.place,
        why_not=why_not,
    )


def undo_refusal_reason(job: Job, item: JobItem) -> str:
    """Return why an item can't be moved back, or an empty string if it can."""
    if job.action in WHY_NOT:
        return WHY_NOT[JobAction(job.action)]
    place = item.seen.place
    if place == HELD:
        return "It was held before, and the API can't hold it again."
    if place not in FOLDER_LABELS:
        return "Where it was before is not known."
    if place == folder_of(job, item):
        return "It was there already before the job."
    return ""
