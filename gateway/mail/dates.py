"""Parser for the date format of mail header fields."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz

_LONGEST = 120


def parse_date(text: str) -> datetime | None:
    """Return the time in UTC, or None if the text is not a date.

    A date without a zone counts as UTC. Never raises.
    """
    try:
        # Python's parser raises various errors on malformed input, including TypeError and IndexError.
        parsed = parsedate_tz(text[:_LONGEST])
        if parsed is None:
            return None
        moment = datetime(*parsed[:6], tzinfo=UTC)
        return moment - timedelta(seconds=parsed[9] or 0)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
