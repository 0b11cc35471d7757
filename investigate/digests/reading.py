"""Read what is held, for whom, into rows: the newest every minute, all of it every hour.

An API elsewhere, whose calls are counted, is asked every five minutes and every six hours. While no rule is on,
nothing is read. A page has up to 2,000 messages (10,000 elsewhere, where the API takes that), so a thousand held
messages cost less than one call.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from api_client import ApiError, Client
from api_client.models import DeliveryStatus, Message
from api_client.resources import SearchFilters
from dashboard.backend import api_client_for_background
from dashboard.walking.models import ACTIVE_WALKS
from dashboard.walking.page_size import largest_page
from dashboard.walking.registry import WalkConsumer
from dashboard.walking.services import walk_start
from dashboard.walking.walk import Leaf, walk
from investigate.digests.keeping import copies_store
from investigate.digests.models import HeldCopy, HeldWalk, Reading
from investigate.digests.rows import mine
from investigate.digests.rules import reading_of, rules_now

TAIL_EVERY, TAIL_EVERY_ELSEWHERE = timedelta(seconds=20), timedelta(minutes=5)
SWEEP_EVERY, SWEEP_EVERY_ELSEWHERE = timedelta(hours=1), timedelta(hours=6)
DOMAINS_EVERY, DOMAINS_EVERY_ELSEWHERE = timedelta(minutes=1), timedelta(hours=1)
OVERLAP = timedelta(minutes=10)
"""Time by which two readings of the newest mail overlap, since mail may be stored later than it was scanned."""
RETRY_AFTER = timedelta(minutes=5)
PAGE_IN_PROCESS = 2_000
DOMAINS_AT_MOST = 10_000


class HeldConsumer(WalkConsumer[HeldWalk]):
    """Handler of the walks over held mail: stores who it is held for."""

    def leaves(self, client: Client, walk_row: HeldWalk) -> Iterator[Leaf]:
        """Yield the pages, of more messages than other walks have."""
        return walk(
            client,
            walk_row.search_filters,
            start=walk_row.start,
            end=walk_row.end,
            position=walk_row.position,
            per_page=self.per_page,
            largest=max(PAGE_IN_PROCESS, largest_page()),
            is_long=walk_row.is_sweep,
        )

    def consume(self, walk_row: HeldWalk, found: Sequence[Message]) -> None:  # noqa: ARG002 - the base's
        """Store a page of messages."""
        copies_store(found, rules_now())

    def finish(self, walk_row: HeldWalk) -> None:
        """Note how far was read. After a sweep without gaps, what it did not show is not held any more."""
        reading_of()
        if not walk_row.is_sweep:
            if not walk_row.gaps:
                mine(Reading).update(read_up_to=walk_row.end)
            return
        mine(Reading).update(swept_at=walk_row.started_at or walk_row.created_at, has_gaps=bool(walk_row.gaps))
        if not walk_row.gaps:
            gone = mine(HeldCopy).filter(
                is_held=True,
                received_at__gte=walk_row.start,
                received_at__lte=walk_row.end,
                seen_at__lt=walk_row.started_at or walk_row.created_at,
            )
            gone.update(is_held=False)


def reading_start() -> None:
    """Start the walks that are due: over the newest mail, and over all that is held. Safe to run twice.

    If the process dies after the commit, beat enqueues the walk.
    """
    rules = rules_now()
    if not rules.any_is_on:
        return
    if _domains_are_due():
        domains_read()
        rules = rules_now()
    if not rules.domains:
        return
    with transaction.atomic():
        # The row lets only one process at a time choose.
        reading = Reading.objects.select_for_update().get(pk=reading_of().pk)
        now = timezone.now()
        _start_tail(reading, now)
        _start_sweep(reading, now)


def _start_tail(reading: Reading, now: datetime) -> None:
    every = TAIL_EVERY if settings.GATEWAY_EMBEDDED else TAIL_EVERY_ELSEWHERE
    if reading.read_up_to is not None and reading.read_up_to > now - every:
        return
    if not _may_start(is_sweep=False, now=now):
        return
    oldest = now - timedelta(days=settings.GATEHOUSE_DIGEST_DAYS)
    since = reading.read_up_to - OVERLAP if reading.read_up_to else now - timedelta(days=1)
    _start(max(since, oldest), now, is_sweep=False)


def _start_sweep(reading: Reading, now: datetime) -> None:
    every = SWEEP_EVERY if settings.GATEWAY_EMBEDDED else SWEEP_EVERY_ELSEWHERE
    if reading.swept_at is not None and reading.swept_at > now - every:
        return
    if _may_start(is_sweep=True, now=now):
        _start(now - timedelta(days=settings.GATEHOUSE_DIGEST_DAYS), now, is_sweep=True)


def _may_start(*, is_sweep: bool, now: datetime) -> bool:
    walks = mine(HeldWalk).filter(is_sweep=is_sweep)
    if walks.filter(state__in=ACTIVE_WALKS).exists():
        return False
    walks.exclude(state__in=ACTIVE_WALKS).filter(finished_at__lt=now - timedelta(days=1)).delete()
    return not walks.filter(state="failed", finished_at__gt=now - RETRY_AFTER).exists()


def _start(start: datetime, end: datetime, *, is_sweep: bool) -> None:
    filters = cast(SearchFilters, {"detections_only": False, "delivery_status": DeliveryStatus.QUARANTINED.value})
    walk_start(HeldWalk(filters=dict(filters), start=start, end=end, is_sweep=is_sweep))


def _domains_are_due() -> bool:
    every = DOMAINS_EVERY if settings.GATEWAY_EMBEDDED else DOMAINS_EVERY_ELSEWHERE
    tried = reading_of().domains_tried_at
    return tried is None or tried < timezone.now() - every


def domains_read() -> bool:
    """Read the protected domains. If the API can't be asked, those known stay, and why is kept for the page."""
    reading_of()
    now = timezone.now()
    try:
        names: set[str] = set()
        for entry in api_client_for_background().settings.domains.iterate(per_page=1000):
            if entry.domain:
                names.add(entry.domain.strip().lower())
            if len(names) >= DOMAINS_AT_MOST:
                break
    except ApiError as error:
        mine(Reading).update(domains_tried_at=now, domains_error=error.reason[:1000])
        return False
    mine(Reading).update(domains=sorted(names), domains_at=now, domains_tried_at=now, domains_error="")
    return True
