"""Times in the viewer's time zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from dashboard.templatetags.times import when

FIRST = datetime(1, 1, 1, tzinfo=UTC)
LAST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("style", ["short", "full", "seconds"])
@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Los_Angeles", "Pacific/Kiritimati", "Pacific/Niue"])
@pytest.mark.parametrize("moment", [FIRST, LAST])
def test_the_first_and_the_last_day_are_shown_in_any_zone(moment, zone, style):
    with timezone.override(ZoneInfo(zone)):
        shown = when(moment, style)
    assert moment.isoformat().replace("+00:00", "Z") in shown


def test_a_time_is_shown_in_the_viewers_zone():
    with timezone.override(ZoneInfo("Asia/Tokyo")):
        assert "3 Mar 2026, 19:00:00" in when(datetime(2026, 3, 3, 10, tzinfo=UTC), "full")
