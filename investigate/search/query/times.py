"""Parse and format the times and durations of the query language."""

import re
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

_DURATION = re.compile(r"([0-9]{1,4})(m|h|d|w)", re.IGNORECASE)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def parse_time(value: str) -> datetime | None:
    """Return the time as an aware datetime. A day means its first moment.

    A time without an offset is in the viewer's time zone. Return None if the value can't be parsed or its year is not
    between 1971 and 2199.
    """
    text = value.strip()
    try:
        day = parse_date(text)
        moment = datetime(day.year, day.month, day.day) if day else parse_datetime(text)  # noqa: DTZ001 - made aware below
        if moment is None or not 1971 <= moment.year <= 2199:
            return None
        return timezone.make_aware(moment) if timezone.is_naive(moment) else moment
    except (ValueError, OverflowError):
        return None


def parse_duration(value: str) -> timedelta | None:
    """Return the duration that a value such as 90m, 24h, 7d or 2w means. Return None for zero or any other value."""
    found = _DURATION.fullmatch(value.strip())
    if found is None or int(found.group(1)) == 0:
        return None
    return timedelta(**{_UNITS[found.group(2).lower()]: int(found.group(1))})


def format_time(moment: datetime) -> str:
    """Return the time in ISO format as used in URLs: in the viewer's time zone, with its offset."""
    local = timezone.localtime(moment)
    return local.isoformat(timespec="seconds" if local.second else "minutes")
