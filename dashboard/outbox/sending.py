"""Sends the entries of a lane, one after another, each at least once.

The worker that has claimed a lane counts each try before it makes it, and writes its result before the next. So if it
is killed, one entry at most may have arrived without a word of it here, and is sent again.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Min, Q
from django.utils import timezone

from dashboard.leases import lease_end
from dashboard.outbox.channels import Channel, Refused, Sender, TryLater, channel_named
from dashboard.outbox.models import OutboxEntry, OutboxLane, State

logger = logging.getLogger(__name__)

SLICE_SECONDS = 20.0
"""A lane is let go after this time, so that one that is slow leaves the worker to others."""
READ_AT_ONCE = 100
FIRST_PAUSE = 5.0
LONGEST_PAUSE = 3600.0
LONGEST_LANE_PAUSE = 900.0
"""A receiver that was away hears from us this long after it is back, or sooner."""
LONGEST_ASKED = 6 * 3600.0
FAILURES_IN_A_ROW = 3
"""After this many entries failed one after another, the lane rests for a moment, SHORT_REST at most."""
SHORT_REST = 30.0
PASSED_OVER = 500
"""Streams whose entries are passed over in one slice. With more of them, the slice ends."""


def lanes_due() -> list[str]:
    """Return the lanes that have something to send now and that no worker has."""
    now = timezone.now()
    names = set(
        OutboxEntry.objects.filter(state=State.WAITING, next_try_at__lte=now)
        .order_by()
        .values_list("lane", flat=True)
        .distinct()
    )
    busy = OutboxLane.objects.filter(Q(claimed_until__gt=now) | Q(paused_until__gt=now), pk__in=names)
    return sorted(names - set(busy.values_list("pk", flat=True)))


def lane_send(name: str, *, is_over: Callable[[], bool] = lambda: False) -> bool:
    """Send what is due in a lane, for SLICE_SECONDS at most. Return whether more of it is due now.

    Do nothing if another worker has the lane, or if it pauses. Begin no other entry once `is_over`.
    """
    claim = _claim(name)
    if claim is None:
        return False
    try:
        return _Slice(name, claim, is_over).run()
    finally:
        OutboxLane.objects.filter(pk=name, claim=claim).update(claim="", claimed_until=None)


def _claim(name: str) -> str | None:
    now, claim = timezone.now(), secrets.token_hex(16)
    OutboxLane.objects.get_or_create(pk=name)
    free = OutboxLane.objects.filter(
        Q(claimed_until=None) | Q(claimed_until__lte=now), Q(paused_until=None) | Q(paused_until__lte=now), pk=name
    )
    return claim if free.update(claim=claim, claimed_until=lease_end()) else None


class _Slice:
    """One worker's time with a lane.

    `waiting_streams` are those with an entry that has to wait, and so has what comes after it.
    """

    def __init__(self, name: str, claim: str, is_over: Callable[[], bool]) -> None:
        self.name = name
        self.claim = claim
        end = time.monotonic() + SLICE_SECONDS
        self.is_over: Callable[[], bool] = lambda: time.monotonic() > end or is_over()
        self.waiting_streams: set[str] = set()

    def run(self) -> bool:
        """Send until nothing is due, the time is over, or the lane pauses. Return whether more is due."""
        while entries := self._next():
            channel = _channel(entries[0])
            if channel is None:
                self._pause(
                    entries[0], TryLater(f"Nothing sends by the channel {entries[0].channel}.", is_receiver=True)
                )
                return False
            try:
                with channel.open_lane(self.name) as sender:
                    for entry in entries:
                        if self.is_over():
                            return True
                        if entry.stream and entry.stream in self.waiting_streams:
                            continue
                        if not self._send(sender, entry):
                            return False
            except TryLater as error:
                self._pause(entries[0], error)
                return False
            if self.is_over():
                return True
        return False

    def _next(self) -> list[OutboxEntry]:
        """Return entries that are due, in their order, without those whose stream has an earlier one that waits."""
        while len(self.waiting_streams) < PASSED_OVER:
            now = timezone.now()
            due = OutboxEntry.objects.filter(lane=self.name, state=State.WAITING, next_try_at__lte=now)
            due = due.exclude(stream__in=list(self.waiting_streams))
            entries = list(due.order_by("id")[:READ_AT_ONCE])
            first = self._first_waiting({entry.stream for entry in entries if entry.stream}, now)
            blocked = {entry.stream for entry in entries if entry.pk > first.get(entry.stream, entry.pk)}
            if ready := [entry for entry in entries if entry.stream not in blocked]:
                return ready
            if not entries:
                return []
            self.waiting_streams |= blocked
        return []

    def _first_waiting(self, streams: set[str], now: datetime) -> dict[str, int]:
        """Return, for each stream with entries that are not due yet, the key of its first one."""
        later = OutboxEntry.objects.filter(
            lane=self.name, state=State.WAITING, stream__in=streams, next_try_at__gt=now
        ).order_by()
        return dict(later.values_list("stream").annotate(first=Min("id")))

    def _send(self, sender: Sender, entry: OutboxEntry) -> bool:
        """Send an entry. Return False if the worker is to let the lane go."""
        if not self._begin(entry):
            return self._still_ours()
        try:
            sender.send(entry.payload, destination=entry.destination, key=entry.key)
        except TryLater as error:
            return self._later(entry, error)
        except Refused as error:
            _fail(entry, f"Refused: {error}")
            return True
        except Exception as error:
            # One entry that a channel stumbles over must not keep the rest of its lane.
            logger.exception("an entry of the outbox could not be sent: %s", entry.pk)
            return self._later(entry, TryLater(f"{type(error).__name__}: {error}"))
        now = timezone.now()
        with transaction.atomic():
            OutboxEntry.objects.filter(pk=entry.pk).update(
                state=State.SENT, ended_at=now, error="", payload={}, next_try_at=now
            )
            OutboxLane.objects.filter(pk=self.name).update(failures=0, error="", paused_until=None, last_sent_at=now)
        return True

    def _begin(self, entry: OutboxEntry) -> bool:
        """Count a try, if the entry still waits and the lane is still this worker's; keep the lane with it."""
        with transaction.atomic():
            ours = OutboxLane.objects.filter(pk=self.name, claim=self.claim).update(claimed_until=lease_end())
            return bool(
                ours and OutboxEntry.objects.filter(pk=entry.pk, state=State.WAITING).update(tries=F("tries") + 1)
            )

    def _still_ours(self) -> bool:
        return OutboxLane.objects.filter(pk=self.name, claim=self.claim).exists()

    def _later(self, entry: OutboxEntry, error: TryLater) -> bool:
        now, tries = timezone.now(), entry.tries + 1
        if now >= entry.give_up_at:
            _fail(entry, f"Not sent within its time, after {tries} tries. The last one: {error}")
        else:
            if entry.stream:
                self.waiting_streams.add(entry.stream)
            again = now + timedelta(seconds=_pause_after(tries, error.seconds, LONGEST_PAUSE))
            OutboxEntry.objects.filter(pk=entry.pk, state=State.WAITING).update(
                next_try_at=again, error=str(error)[:500]
            )
        return self._count_failure(error, now)

    def _count_failure(self, error: TryLater, now: datetime) -> bool:
        """Pause the lane if it is the receiver's trouble. Return whether the worker goes on with it."""
        OutboxLane.objects.filter(pk=self.name).update(failures=F("failures") + 1)
        failures = OutboxLane.objects.values_list("failures", flat=True).get(pk=self.name)
        if not error.is_receiver and failures < FAILURES_IN_A_ROW:
            return True
        self._pause_lane(error, failures, now)
        return False

    def _pause(self, entry: OutboxEntry, error: TryLater) -> None:
        """Pause a lane whose receiver could not be reached. Entries whose time is over are given up."""
        now = timezone.now()
        over = OutboxEntry.objects.filter(lane=self.name, state=State.WAITING, give_up_at__lte=now)
        over.update(state=State.FAILED, ended_at=now, error=f"Not sent within its time: {error}"[:500])
        OutboxEntry.objects.filter(pk=entry.pk, state=State.WAITING).update(error=str(error)[:500])
        OutboxLane.objects.filter(pk=self.name).update(failures=F("failures") + 1)
        self._pause_lane(error, OutboxLane.objects.values_list("failures", flat=True).get(pk=self.name), now)

    def _pause_lane(self, error: TryLater, failures: int, now: datetime) -> None:
        longest = LONGEST_LANE_PAUSE if error.is_receiver else SHORT_REST
        pause = timedelta(seconds=_pause_after(failures, error.seconds, longest))
        OutboxLane.objects.filter(pk=self.name).update(paused_until=now + pause, error=str(error)[:500])


def _channel(entry: OutboxEntry) -> Channel | None:
    try:
        return channel_named(entry.channel)
    except KeyError:
        return None


def _pause_after(failures: int, asked: float, longest: float) -> float:
    """Return the seconds to wait after that many failures: twice as long each time, a tenth of it by chance.

    The receiver's own wish counts if it is longer, up to LONGEST_ASKED.
    """
    grown: float = min(longest, FIRST_PAUSE * 2.0 ** min(failures - 1, 12))
    return max(grown * (1 + secrets.randbelow(100) / 1000), min(asked, LONGEST_ASKED))


def _fail(entry: OutboxEntry, why: str) -> None:
    OutboxEntry.objects.filter(pk=entry.pk, state=State.WAITING).update(
        state=State.FAILED, ended_at=timezone.now(), error=why[:500]
    )
