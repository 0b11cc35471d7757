"""Parser for the date format of mail header fields (RFC 5322 3.3 and 4.3), and for ISO 8601."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz
from typing import Final

from gateway.mail.comments import without_comments

_LONGEST: Final = 200
_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1
    )
}
# The name of the day, in any language, is passed over.
_DATE: Final = re.compile(
    r"(?:[^\W\d]{1,20}\.?\s*+,?\s*+)?(\d{1,2})(?:st|nd|rd|th)?[\s.,-]{1,4}([a-z]{3})[a-z]{0,7}[\s.,-]{1,4}(\d{2,10})[\s,]{1,4}"
    r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d{1,9})?)?\s{0,4}([ap]m(?![a-z]))?\s{0,4}(\S{0,12})",
    re.IGNORECASE,
)
_ISO: Final = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[T\s](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?\s{0,2}(Z|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_AROUND_COLON: Final = re.compile(" ?: ?")
_OFFSET: Final = re.compile(r"(?:(?:GMT|UTC|UT)?)([+-])(\d{1,2}):?(\d{2})?", re.IGNORECASE)
# The names of RFC 5322 4.3. Others, which mean different zones in different countries, count as UTC.
_ZONES: Final = {"EDT": -4, "EST": -5, "CDT": -5, "CST": -6, "MDT": -6, "MST": -7, "PDT": -7, "PST": -8}


def parse_date(text: str) -> datetime | None:
    """Return the time in UTC, or None if the text is not a date between the years 1 and 9999.

    A date without a zone, or with one that is not known, counts as UTC. 24:00 is the beginning of the next day. Never
    raises.
    """
    bare = _AROUND_COLON.sub(":", " ".join(without_comments(text[:_LONGEST]).split()))
    try:
        return _by_standard(bare) or _by_iso(bare) or _by_library(bare)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        # Python's parser raises various errors on malformed input, including TypeError and IndexError.
        return None


def _by_standard(text: str) -> datetime | None:
    match = _DATE.match(text)
    if match is None or match[2].lower() not in _MONTHS:
        return None
    hour = int(match[4])
    if match[7]:
        hour = hour % 12 + (12 if match[7].lower() == "pm" else 0)
    return _time(
        (_year(match[3]), _MONTHS[match[2].lower()], int(match[1])),
        (hour, int(match[5]), int(match[6] or 0)),
        _offset(match[8]),
    )


def _year(digits: str) -> int:
    """Return the year. Those of two and three digits are obsolete, and mean 1950 to 2899 (RFC 5322 4.3)."""
    year = int(digits)
    if len(digits) == 2:
        return year + (2000 if year < 50 else 1900)
    return year + 1900 if len(digits) == 3 else year


def _by_iso(text: str) -> datetime | None:
    match = _ISO.match(text)
    if match is None:
        return None
    year, month, day, hour, minute = map(int, match.groups()[:5])
    return _time((year, month, day), (hour, minute, int(match[6] or 0)), _offset(match[7] or ""))


def _by_library(text: str) -> datetime | None:
    parsed = parsedate_tz(text)
    return _time(parsed[:3], parsed[3:6], timedelta(seconds=parsed[9] or 0)) if parsed else None


def _time(date: tuple[int, ...], time: tuple[int, ...], offset: timedelta) -> datetime | None:
    hour, minute, second = time
    if hour > 24 or minute > 59 or second > 60:
        return None
    day = datetime(date[0], date[1], date[2], tzinfo=UTC)
    return day + (timedelta(hours=hour, minutes=minute, seconds=second) - offset)


def _offset(zone: str) -> timedelta:
    match = _OFFSET.match(zone)
    if match is None:
        return timedelta(hours=_ZONES.get(zone.rstrip(".,)").upper(), 0))
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return -offset if match[1] == "-" else offset
