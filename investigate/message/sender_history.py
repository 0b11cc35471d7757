"""What is known of a message's sender: what the gateway has kept, else what one search tells."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dashboard.backend import api_client_for_console
from dashboard.verdicts import Verdict, verdict_of
from investigate.display.message import DisplayedMessage

DAYS: Final = 90
AT_MOST: Final = 100
"""Messages that the one search looks at."""
_KEPT_BY_GATEWAY: Final = "history-"
_MOST_NAMES: Final = 5


@dataclass(frozen=True, slots=True)
class SenderHistory:
    """Earlier mail of a sender. `is_all` is False if there are more messages than were looked at.

    `names` are the display names that it used, `verdicts` the number of messages by their verdict.
    """

    count: int
    is_all: bool
    first: datetime | None
    last: datetime | None
    names: tuple[str, ...]
    verdicts: tuple[tuple[Verdict, int], ...]


def kept_sentences(message: DisplayedMessage) -> list[str]:
    """Return what the gateway's own history says of the sender; an empty list on a backend without one."""
    findings = message.data.findings or []
    return [one.reason for one in findings if one.reason and (one.name or "").startswith(_KEPT_BY_GATEWAY)]


def sender_history(sender: str, before: datetime) -> SenderHistory:
    """Return the mail of a sender in the 90 days before a time, by one search of at most 100 messages.

    :raises ApiError: if the search fails.
    """
    page = api_client_for_console().investigate.list(
        sender=sender, start=before - timedelta(days=DAYS), end=before, detections_only=False, per_page=AT_MOST
    )
    # The end of a search may include the message at hand.
    earlier = [message for message in page.items if message.scanned_at is not None and message.scanned_at < before]
    times = [message.scanned_at for message in earlier if message.scanned_at is not None]
    names = dict.fromkeys(message.from_name for message in earlier if message.from_name)
    verdicts = Counter(message.final_disposition for message in earlier)
    return SenderHistory(
        count=len(earlier),
        is_all=len(page.items) < AT_MOST,
        first=min(times, default=None),
        last=max(times, default=None),
        names=tuple(names)[:_MOST_NAMES],
        verdicts=tuple((verdict_of(disposition), count) for disposition, count in verdicts.most_common()),
    )
