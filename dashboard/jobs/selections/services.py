"""Creates selections, checks them for drift, and deletes old ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from api_client import NotFound
from api_client.models import Message
from api_client.resources import SearchFilters
from dashboard.backend import api_client_for_console, backend_account_id, backend_fingerprint
from dashboard.jobs.message_location import HELD
from dashboard.jobs.models import Job
from dashboard.jobs.selections.alike import Alike
from dashboard.jobs.selections.gathering import NOT_THERE, row_of
from dashboard.jobs.selections.models import SelectedMessage, Selection, SelectionCheck, Source
from dashboard.jobs.selections.tallies import tally
from dashboard.jobs.snapshot import LONGEST_ID, Snapshot, deduplicate
from dashboard.walking.models import ACTIVE_WALKS, WalkState
from dashboard.walking.services import walk_start

NAMES_AT_MOST = 100_000
READ_AT_ONCE = 2
"""Up to this number of messages are read while the person waits. More messages are looked up by the worker."""

FRESH = timedelta(minutes=10)
"""A selection that was last checked longer ago than this is checked again before a job may start."""

LOOK_AGAIN_AFTER = timedelta(minutes=1)
"""A page that is opened this long after the last check starts a new check by itself."""

READ_AT_MOST_EMBEDDED = 2000
READ_AT_MOST_ELSEWHERE = 50

KEPT = timedelta(days=7)
FORGET_AT_ONCE = 5000


def selection_create(
    *,
    user: User,
    filters: SearchFilters | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    ids: Iterable[str] = (),
    snapshots: Iterable[Snapshot] = (),
    messages: Iterable[Message] = (),
    source: Source | None = None,
    label: str = "",
    alike: Alike | None = None,
) -> Selection:
    """Freeze the messages that a person chose, and return the selection. The worker completes it if the API is needed.

    Pass either `filters` with `start` and `end` (aware): a search of any size, which the worker walks, narrowed to
    what is `alike`. Or `ids`, each
    an investigate id, a postfix id or a Message-ID, which the worker looks up. Or `snapshots` or `messages` that are
    known already, which are frozen at once. Raise ValueError if nothing is selected, and ApiError if a very short list
    is read at once and a call fails.
    """
    if filters is not None:
        if start is None or end is None or start >= end:
            raise ValueError("A search needs a stretch of time.")
        return walk_start(
            Selection(
                source=source or Source.QUERY,
                filters=_plain(filters),
                alike=alike.to_json() if alike else {},
                start=start,
                end=end,
                label=label[:300],
            ),
            user=user,
        )
    known = deduplicate([*snapshots, *(Snapshot.of(message) for message in messages)])
    if known:
        return _frozen(user, known, source or Source.PICKED, label, missing=[])
    return _of_names(user, list(dict.fromkeys(ids)), source or Source.PICKED, label)


def _of_names(user: User, names: Sequence[str], source: Source, label: str) -> Selection:
    if not 1 <= len(names) <= NAMES_AT_MOST or any(not name.strip() or len(name) > LONGEST_ID for name in names):
        raise ValueError(f"A selection takes from 1 to {NAMES_AT_MOST} ids, none of them empty or too long.")
    if len(names) <= READ_AT_ONCE and not any("@" in name for name in names):
        found, missing = _read(names)
        return _frozen(user, found, source, label, missing=missing)
    now = timezone.now()
    with transaction.atomic():
        selection = walk_start(
            Selection(source=source, start=now, end=now, label=label[:300], named=len(names)), user=user
        )
        SelectedMessage.objects.bulk_create(
            [SelectedMessage(selection=selection, investigate_id=name) for name in names], batch_size=500
        )
    return selection


def _read(names: Sequence[str]) -> tuple[list[Snapshot], list[str]]:
    client = api_client_for_console()
    found, missing = [], []
    for name in names:
        try:
            found.append(Snapshot.of(client.investigate.get(name)))
        except NotFound:
            missing.append(name)
    return deduplicate(found), missing


def snapshots_read(ids: Sequence[str]) -> tuple[list[Snapshot], list[str]]:
    """Read each message once, up to a limit. Return the snapshots, and the ids that were not found.

    The limit depends on the cost of the backend. For messages beyond it, the snapshot contains only the id. Raise
    ApiError if a call fails.
    """
    bound = READ_AT_MOST_EMBEDDED if settings.GATEWAY_EMBEDDED else READ_AT_MOST_ELSEWHERE
    found, missing = _read(ids[:bound])
    return deduplicate([*found, *(Snapshot(id=one) for one in ids[bound:])]), missing


def _frozen(
    user: User, snapshots: Sequence[Snapshot], source: Source, label: str, *, missing: Sequence[str]
) -> Selection:
    now = timezone.now()
    selection = Selection(
        source=source,
        start=now,
        end=now,
        label=label[:300],
        state=WalkState.DONE,
        started_at=now,
        finished_at=now,
        named=len(snapshots) + len(missing),
        size=len(snapshots),
        left_out=len(missing),
        tallies=tally({}, snapshots),
    )
    with transaction.atomic():
        walk_start(selection, user=user)
        rows = [row_of(selection, one) for one in snapshots]
        rows += [
            SelectedMessage(selection=selection, investigate_id=name, is_read=True, why_not=NOT_THERE)
            for name in missing
        ]
        SelectedMessage.objects.bulk_create(rows, batch_size=500)
    return selection


HELD_LEFT_OUT = "It is held: no mailbox has it, so it can't be moved."


@transaction.atomic
def selection_leave_held(selection: Selection) -> int:
    """Leave the held messages of a frozen selection out, since no mailbox has them. Return how many were.

    Those that were left out stay listed with the reason. Doing it twice changes nothing.
    """
    held = selection.messages.filter(why_not="", snapshot__is_quarantined=True)
    count: int = held.update(why_not=HELD_LEFT_OUT)
    if count:
        locked = Selection.objects.select_for_update().get(pk=selection.pk)
        locked.size, locked.left_out = locked.size - count, locked.left_out + count
        statuses = {name: number for name, number in locked.tallies.get("statuses", {}).items() if name != HELD}
        locked.tallies = locked.tallies | {"statuses": statuses}
        locked.save(update_fields=["size", "left_out", "tallies"])
        selection.refresh_from_db()
    return count


def selection_undo(job: Job, *, user: User) -> Selection:
    """Start to gather what a job did, each message with the folder where it was before the job."""
    now = timezone.now()
    return walk_start(
        Selection(source=Source.UNDO, start=now, end=now, undoes=job, named=job.size, label=f"Undo of {job.label}"),
        user=user,
    )


def selection_check(selection: Selection, *, user: User | None = None) -> SelectionCheck:
    """Start a check of a frozen selection and return it. If a check is active already, return that one."""
    under_way = selection.checks.filter(state__in=ACTIVE_WALKS).order_by("-number").first()
    if under_way is not None:
        return under_way
    last = selection.checks.order_by("-number").first()
    check = SelectionCheck(
        selection=selection,
        number=last.number + 1 if last else 1,
        filters=selection.filters,
        start=selection.start,
        end=timezone.now(),
    )
    return walk_start(check, user=user)


def is_on_this_backend(selection: Selection) -> bool:
    """Return whether the selection was made on the backend that the console uses now."""
    return (selection.account_id, selection.backend) == (backend_account_id(), backend_fingerprint())


def selection_is_fresh(selection: Selection, check: SelectionCheck | None) -> bool:
    """Return whether the selection was gathered or checked less than FRESH ago."""
    looked = [selection.looked_at]
    if check is not None and check.state == WalkState.DONE:
        looked.append(check.started_at or check.created_at)
    return max(looked) >= timezone.now() - FRESH


def selections_forget() -> None:
    """Delete a batch of the oldest selection if it is more than a week old.

    Batches let other processes write meanwhile. A job has its own items, so the selection that it was made from may be
    deleted too.
    """
    for selection in Selection.objects.filter(created_at__lt=timezone.now() - KEPT).order_by("created_at")[:1]:
        ids = list(selection.messages.values_list("id", flat=True)[:FORGET_AT_ONCE])
        if ids:
            SelectedMessage.objects.filter(selection=selection, id__lte=max(ids)).delete()
        else:
            selection.delete()


def _plain(filters: SearchFilters) -> dict[str, Any]:
    """Return the filters without the time and the page, which a walk sets itself. Unpack lists of one value."""
    left_out = {"start", "end", "page", "per_page"}
    kept = {name: value for name, value in cast("dict[str, Any]", filters).items() if name not in left_out}
    return {
        name: value[0] if isinstance(value, list | tuple) and len(value) == 1 else value for name, value in kept.items()
    }
