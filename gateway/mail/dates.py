"""Reading dates as mail writes them."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz

_LONGEST = 120


def parse_date(text: str) -> datetime | None:
    """Return the moment in UTC, or None for what is no date; never raises. A date without a zone counts as UTC."""
    try:
        # Python's parser raises various errors on odd input, TypeError and IndexError among them.
        parsed = parsedate_tz(text[:_LONGEST])
        if parsed is None:
            return None
        moment = datetime(*parsed[:6], tzinfo=UTC)
        return moment - timedelta(seconds=parsed[9] or 0)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
