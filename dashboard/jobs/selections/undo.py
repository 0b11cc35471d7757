"""Gathers what a job did as a selection that moves each message back to its earlier folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from api_client import Client
from api_client.models import ActionOperation
from dashboard.jobs.action_log import clock_slack, log_read_since
from dashboard.jobs.actions import folder_of
from dashboard.jobs.earlier_place import place_before
from dashboard.jobs.look_budget import looks_allowed
from dashboard.jobs.message_location import HELD
from dashboard.jobs.models import Job, JobItem
from dashboard.jobs.selections.models import SelectedMessage, Selection
from dashboard.jobs.selections.tallies import tally
from dashboard.jobs.states import FOLDER_LABELS, ItemState, JobAction
from dashboard.walking.walk import Leaf

AT_ONCE = 1000
LOOKS_AT_ONCE = 20
ASKED_IN_VAIN = "unknown"
"""Place of a message whose action log does not tell where it was."""

TOO_MANY = (
    "Only its action log tells where it was before, and no more logs could be asked for now. Undo the rest later."
)

WHY_NOT = {
    JobAction.RELEASE: "A release can't be taken back: the mail was delivered, and the API can't hold it again.",
    JobAction.RECLASSIFY: "A request for another verdict can't be taken back. Ask for the earlier verdict instead.",
}


def undo_pages(selection: Selection) -> Iterator[Leaf]:
    """Yield pages without messages. `read_places` and `collect_undo` read the items of the job instead.

    A page ends after a few items whose earlier folder has to be asked for, so that it is done within one lease.
    """
    at: dict[str, Any] = selection.position or {"windows": [], "after": 0, "looks": looks_allowed()}
    while page := _page(selection, at["after"]):
        asked = sum(_place_is_unknown(selection, item) for item in page)
        at = {**at, "after": page[-1].pk, "looks": max(0, at.get("looks", 0) - asked)}
        yield Leaf([], at, timezone.now())
    yield Leaf([], at, None)


def read_places(client: Client, selection: Selection) -> list[JobItem]:
    """Return the next page of the job's items, each with the folder that it was in before, if its log tells.

    What was read is kept with the item. Raise ApiError if a call fails.
    """
    at = selection.position or {}
    left = at.get("looks", looks_allowed() if not at else 0)
    items = _page(selection, at.get("after", 0))
    for item in items:
        if not _place_is_unknown(selection, item) or left <= 0:
            continue
        left -= 1
        job = _job(selection)
        attempted = item.attempted_at or job.created_at
        log = log_read_since(client, item.investigate_id, item.settled_at or attempted)
        place = place_before(log or (), item.seen, folder=folder_of(job, item), since=attempted, slack=clock_slack())
        item.snapshot = item.snapshot | {"place": place or ASKED_IN_VAIN}
        JobItem.objects.filter(pk=item.pk).update(snapshot=item.snapshot)
    return items


def collect_undo(selection: Selection, items: Sequence[JobItem]) -> None:
    """Add the items of the job, each with the folder to move it back to, or with why that is impossible."""
    rows, counted, folders = [], [], Counter(selection.tallies.get("folders", {}))
    for item in items:
        row = _row(selection, _job(selection), item)
        rows.append(row)
        if row.why_not:
            selection.left_out += 1
        else:
            counted.append(row.seen)
            folders[row.destination] += 1
    SelectedMessage.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    selection.size += len(counted)
    selection.tallies = {**tally(selection.tallies, counted), "folders": dict(folders)}


def _job(selection: Selection) -> Job:
    assert selection.undoes is not None  # noqa: S101 - tells the type checker what `selection_undo` ensures
    return selection.undoes


def _page(selection: Selection, after: int) -> list[JobItem]:
    page: list[JobItem] = []
    asked = 0
    for item in _items(selection, after)[:AT_ONCE]:
        page.append(item)
        asked += _place_is_unknown(selection, item)
        if asked >= LOOKS_AT_ONCE:
            break
    return page


def _place_is_unknown(selection: Selection, item: JobItem) -> bool:
    return _job(selection).action == JobAction.MOVE and not item.seen.place


def _items(selection: Selection, after: int) -> QuerySet[JobItem]:
    done = JobItem.objects.filter(job=selection.undoes_id, state=ItemState.DONE, id__gt=after)
    return done.order_by("id")


def _row(selection: Selection, job: Job, item: JobItem) -> SelectedMessage:
    folder = folder_of(job, item)
    why_not = undo_refusal_reason(job, item)
    return SelectedMessage(
        selection=selection,
        investigate_id=item.investigate_id,
        snapshot=item.snapshot | (_moved_to(item, folder) if folder else {}),
        is_read=True,
        destination="" if why_not else item.seen.place,
        why_not=why_not,
    )


def _moved_to(item: JobItem, folder: str) -> dict[str, Any]:
    """Return what is new of a message that the job moved."""
    return {"place": folder, "operations": sorted({*item.seen.operations, ActionOperation.MOVE.value})}


def undo_refusal_reason(job: Job, item: JobItem) -> str:
    """Return why an item can't be moved back, or an empty string if it can."""
    if job.action in WHY_NOT:
        return WHY_NOT[JobAction(job.action)]
    place = item.seen.place
    if place == HELD:
        return "It was held before, and the API can't hold it again."
    if not place:
        return TOO_MANY
    if place not in FOLDER_LABELS:
        return "Where it was before is not known."
    if place == folder_of(job, item):
        return "It was there already before the job."
    return ""
