"""Watch what was released: take in what jobs released, and read what search rows and submissions tell of it since.

Rows are read by the walks that count the overview's days, so they cost no further calls: days of the last 48 hours are
walked every few minutes, older ones once a day. Mail from before the days that the overview counts is not read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from api_client import Client
from api_client.models import DeliveryStatus, MailboxDestination, Message
from api_client.models.values import Disposition
from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.jobs.message_location import place_of
from dashboard.jobs.models import Job, JobItem
from dashboard.jobs.states import ItemState, JobAction
from dashboard.overview.day_counters import DayCounter, Tally
from dashboard.overview.models import DayWalk
from investigate.releases.models import WatchedRelease
from investigate.releases.selectors import WRONG, releases
from investigate.reviews.selectors import reports_all, submissions_all

WATCHED: Final = timedelta(days=30)
KEPT_UNSEEN: Final = timedelta(days=90)
"""How long a release that went wrong is kept if nobody takes note of it."""
SETTLE: Final = timedelta(minutes=10)
"""Overlap of two searches for released items, since a row may be committed after its time was searched."""
AT_ONCE: Final = 500
_RANKS: Final = {
    Disposition.SUSPICIOUS: 1,
    Disposition.SPOOF: 1,
    Disposition.MALICIOUS: 2,
    Disposition.MALICIOUS_BEC: 2,
}
_AWAY: Final = {
    MailboxDestination.JUNK_EMAIL.value,
    MailboxDestination.DELETED_ITEMS.value,
    MailboxDestination.RECOVERABLE_ITEMS_DELETIONS.value,
    MailboxDestination.RECOVERABLE_ITEMS_PURGES.value,
}
_THREATS: Final = [each.value for each in _RANKS]


def releases_keep() -> None:
    """Take in what was released, look for reports of it, and forget what is over. Safe to run twice."""
    _take_in()
    _find_reports()
    now = timezone.now()
    old = releases().filter(released_at__lt=now - WATCHED).filter(~WRONG | Q(released_at__lt=now - KEPT_UNSEEN))
    WatchedRelease.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:AT_ONCE])).delete()


def _take_in() -> None:
    """Write a row for each message that a job released. One that was released twice is watched since the first."""
    mine = {"account_id": backend_account_id(), "backend": backend_fingerprint()}
    oldest = timezone.now() - WATCHED
    newest = releases().order_by("-released_at", "-id").values_list("released_at", flat=True).first()
    since = max(newest - SETTLE, oldest) if newest else oldest
    jobs = Job.objects.filter(Q(finished_at=None) | Q(finished_at__gte=since), action=JobAction.RELEASE, **mine)
    for job in jobs.order_by("created_at"):
        items = JobItem.objects.filter(job=job, state=ItemState.DONE, settled_at__gte=since).order_by("id")
        rows: list[WatchedRelease] = []
        for item in items.iterator(chunk_size=AT_ONCE):
            rows.append(_row(job, item, mine))
            if len(rows) == AT_ONCE:
                WatchedRelease.objects.bulk_create(rows, ignore_conflicts=True)
                rows = []
        WatchedRelease.objects.bulk_create(rows, ignore_conflicts=True)


def _row(job: Job, item: JobItem, mine: dict[str, str]) -> WatchedRelease:
    seen = item.seen
    return WatchedRelease(
        **mine,
        investigate_id=item.investigate_id,
        postfix_id=seen.postfix_id[:128],
        job_id=job.pk,
        released_at=item.settled_at or timezone.now(),
        released_by_id=job.created_by_id,
        released_by_name=job.created_by_name,
        subject=seen.subject,
        sender=seen.sender[:400],
        disposition=seen.disposition[:40],
    )


def _find_reports() -> None:
    """Find submissions and PhishGuard reports that call a released message a threat, and came after the release."""
    open_rows = releases().filter(reported_at=None, released_at__gte=timezone.now() - WATCHED).exclude(postfix_id="")
    rows = list(open_rows.values_list("pk", "postfix_id", "released_at"))
    for first in range(0, len(rows), AT_ONCE):
        slice_ = rows[first : first + AT_ONCE]
        ids = [postfix_id for _pk, postfix_id, _at in slice_]
        told = [
            *submissions_all()
            .filter(original_postfix_id__in=ids, requested_disposition__in=_THREATS)
            .values_list("original_postfix_id", "requested_at"),
            *reports_all().filter(postfix_id__in=ids, disposition__in=_THREATS).values_list("postfix_id", "created_at"),
        ]
        for pk, postfix_id, released_at in slice_:
            times = [at for named, at in told if named == postfix_id and at > released_at]
            if times:
                _note_wrong(pk, "reported_at", min(times))


@transaction.atomic
def _note_wrong(pk: int, what: str, at: datetime) -> None:
    """Write what went wrong, once, and have it looked at again."""
    noted = WatchedRelease.objects.filter(pk=pk, **{what: None}).update(**{what: at, "seen_at": None})
    if noted:
        WatchedRelease.objects.filter(pk=pk, wrong_at=None).update(wrong_at=at)


class ReleaseCounter(DayCounter):
    """Reader of the rows of released messages. A tally is {id: [disposition, is reported, place, is delivered]}."""

    name = "released messages"

    def prepare(self, client: Client, messages: Sequence[Message]) -> Tally:  # noqa: ARG002 - as inherited
        """Return what the rows of released messages on this page tell."""
        ids = [message.id for message in messages]
        watched: set[str] = set()
        for first in range(0, len(ids), AT_ONCE):
            some = releases().filter(investigate_id__in=ids[first : first + AT_ONCE])
            watched |= set(some.values_list("investigate_id", flat=True))
        return {message.id: _facts(message) for message in messages if message.id in watched}

    def add(self, tally: Tally, more: Tally) -> None:
        """Add the rows of a page."""
        tally.update(more)

    def store(self, walk: DayWalk, tally: Tally) -> None:
        """Write what the rows told. A row that was read before the release tells nothing of what came after it."""
        read_at = walk.started_at or timezone.now()
        ids = list(tally)
        for first in range(0, len(ids), AT_ONCE):
            found = WatchedRelease.objects.filter(
                account_id=walk.account_id,
                backend=walk.backend,
                investigate_id__in=ids[first : first + AT_ONCE],
                released_at__lt=read_at,
            )
            for row in found:
                _note(row, tally[row.investigate_id], read_at)


def _facts(message: Message) -> list[Any]:
    disposition = (message.final_disposition or Disposition.NONE.value).upper()[:40]
    delivered = DeliveryStatus.DELIVERED in (message.delivery_status or ())
    return [disposition, bool(message.is_phish_submission), place_of(message)[:40], delivered]


def _note(row: WatchedRelease, facts: list[Any], read_at: datetime) -> None:
    """Write one reading. What it shows anew is wrong; what it showed before, or at the release, is not."""
    disposition, is_phish, place, is_delivered = facts
    is_first = row.read_at is None
    # A selection of bare ids does not know the verdict at the release. Then the first reading stands for it.
    before = _rank((row.disposition or disposition) if is_first else row.now_disposition)
    WatchedRelease.objects.filter(pk=row.pk).update(
        read_at=read_at,
        now_disposition=disposition,
        place=place,
        is_delivered=is_delivered,
        was_phish=is_phish if is_first else row.was_phish,
    )
    if _rank(disposition) > before:
        _note_wrong(row.pk, "judged_at", read_at)
    if is_phish and not is_first and not row.was_phish:
        _note_wrong(row.pk, "reported_at", read_at)
    if place in _AWAY:
        _note_wrong(row.pk, "moved_at", read_at)


def _rank(disposition: str) -> int:
    return next((rank for name, rank in _RANKS.items() if name == disposition.upper()), 0)
