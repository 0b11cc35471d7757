"""When a digest is due: hours of the person's zone, quiet hours, days of the week, and clocks that are put forward."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from investigate.digests.schedule import Plan, due_at
from investigate.digests.states import Frequency

BERLIN = ZoneInfo("Europe/Berlin")


def plan(frequency, *, hour=8, weekday=0, quiet=(0, 0), zone=BERLIN):
    return Plan(Frequency(frequency), hour, weekday, zone, *quiet)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("what", "after", "due"),
    [
        (plan("daily"), "2026-11-27 06:00", "2026-11-27 07:00"),
        (plan("daily"), "2026-11-27 07:00", "2026-11-27 07:00"),
        (plan("daily"), "2026-11-27 07:01", "2026-11-28 07:00"),
        (plan("weekly", weekday=4), "2026-11-27 07:01", "2026-12-04 07:00"),
        (plan("weekly", weekday=4), "2026-11-27 06:59", "2026-11-27 07:00"),
        (plan("immediately"), "2026-11-27 12:34", "2026-11-27 12:34"),
        (plan("immediately", quiet=(20, 7)), "2026-11-27 20:15", "2026-11-28 06:00"),
        (plan("immediately", quiet=(20, 7)), "2026-11-27 04:15", "2026-11-27 06:00"),
        (plan("immediately", quiet=(20, 7)), "2026-11-27 06:00", "2026-11-27 06:00"),
        (plan("daily", hour=5, quiet=(20, 7)), "2026-11-27 12:00", "2026-11-28 06:00"),
        # In the night when clocks are put forward, 2 o'clock is 3 o'clock.
        (plan("daily", hour=2), "2027-03-28 00:30", "2027-03-28 01:00"),
        (plan("daily", zone=ZoneInfo("Pacific/Kiritimati")), "2026-11-27 12:00", "2026-11-27 18:00"),
    ],
)
def test_a_digest_is_due(what, after, due):
    assert due_at(what, at(after)) == at(due)


def test_never_is_never_due():
    assert due_at(plan("never"), at("2026-11-27 12:00")) is None
