"""Read the outbox."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from dashboard.badges import BADGE_AT_MOST
from dashboard.outbox.channels import channels, destination_name
from dashboard.outbox.models import OutboxEntry, OutboxLane, State

PER_PAGE = 50
COUNTED_AT_MOST = 10_000


def entries_in(state: str, *, channel: str = "", stuck: bool = False) -> QuerySet[OutboxEntry]:
    """Return entries of a state, the newest first. With `stuck`, only those that were tried without success."""
    found = OutboxEntry.objects.filter(state=state).order_by("-id").defer("payload")
    if channel:
        found = found.filter(channel=channel)
    return found.filter(tries__gt=0) if stuck else found


def entries_about(kind: str, object_id: str) -> QuerySet[OutboxEntry]:
    """Return what was sent, or is to be, about an object, the oldest first."""
    return OutboxEntry.objects.filter(about_kind=kind, about_id=object_id).order_by("id").defer("payload")


def counts() -> dict[str, int]:
    """Return how many entries wait, wait after a try, and were given up, each COUNTED_AT_MOST + 1 at most."""
    waiting = OutboxEntry.objects.filter(state=State.WAITING)
    failed = OutboxEntry.objects.filter(state=State.FAILED)
    parts = {"waiting": waiting, "stuck": waiting.filter(tries__gt=0), "failed": failed}
    return {name: rows.order_by()[: COUNTED_AT_MOST + 1].count() for name, rows in parts.items()}


def lanes_in_trouble() -> list[tuple[str, OutboxLane]]:
    """Return the lanes whose receiver failed last, each with its name for people. There are few of them."""
    labels = {channel.name: channel.label for channel in channels()}
    found = []
    for lane in OutboxLane.objects.exclude(error="").order_by("name")[:100]:
        channel, _, rest = lane.name.partition(":")
        found.append((f"{labels.get(channel, channel)}, {destination_name(channel, rest)}", lane))
    return found


def lane_pauses(names: set[str]) -> dict[str, OutboxLane]:
    """Return the lanes of these names that pause now."""
    rows = OutboxLane.objects.filter(pk__in=names, paused_until__gt=timezone.now())
    return {row.name: row for row in rows}


def given_up_count() -> int:
    """Return how many entries were given up, one more than a badge shows at most."""
    return OutboxEntry.objects.filter(state=State.FAILED).order_by()[: BADGE_AT_MOST + 1].count()
