"""Dates in sample mail, all relative to the time at which the samples are loaded."""

import re
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Final

_PLACEHOLDER: Final = re.compile(r"\{\{(date|day|weekday|iso|month|year|ics|stamp)([+-]\d+[dhm])?\}\}")
_UNITS: Final = {"d": "days", "h": "hours", "m": "minutes"}


def arrival_time(now: datetime, days: int, at: str) -> datetime:
    """Return the time of day `at` (`HH:MM`) on the day `days` before `now`.

    If `days` is 0, `at` is a time span: return the time that long before `now`.
    """
    hours, minutes = (int(part) for part in at.split(":"))
    if days == 0:
        return (now - timedelta(hours=hours, minutes=minutes)).replace(microsecond=0)
    return now.replace(hour=hours, minute=minutes, second=(hours * 7 + minutes * 3) % 60, microsecond=0) - timedelta(
        days=days
    )


def fill_dates(text: str, sent_at: datetime) -> str:
    """Replace {{date}} (in RFC 5322 format), {{day}}, {{weekday}}, {{month}}, {{year}}, {{iso}}, {{ics}} and {{stamp}}.

    An offset as in {{date-2h}} or {{day+3d}} is relative to `sent_at`.
    """
    return _PLACEHOLDER.sub(lambda match: _written(match[1], sent_at + _offset(match[2])), text)


def _offset(text: str | None) -> timedelta:
    return timedelta(**{_UNITS[text[-1]]: int(text[:-1])}) if text else timedelta()


def _written(form: str, moment: datetime) -> str:
    forms = {
        "date": format_datetime(moment),
        "day": f"{moment.day} {moment:%B %Y}",
        "weekday": f"{moment:%A}",
        "month": f"{moment:%B %Y}",
        "year": f"{moment:%Y}",
        "iso": f"{moment:%Y-%m-%d}",
        "ics": f"{moment:%Y%m%dT%H%M%SZ}",
        "stamp": str(int(moment.timestamp())),
    }
    return forms[form]
