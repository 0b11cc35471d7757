"""Detector for mail that could not be read whole. What nobody has read may be the attack, so it is never clean."""

from collections.abc import Iterator
from typing import Final

from gateway.detect.evidence import Evidence
from gateway.detect.verdict import SUSPICIOUS, Finding

NAME: Final = "unread"
_SCORE: Final = 0.5
_SENTENCES: Final = 3


def detect(evidence: Evidence) -> Iterator[Finding]:
    """Yield one finding that says what was not read. It makes the message suspicious by itself."""
    unread = evidence.message.unread
    if not unread:
        return
    more = f" And {len(unread) - _SENTENCES} more." if len(unread) > _SENTENCES else ""
    yield Finding(
        NAME,
        SUSPICIOUS,
        _SCORE,
        f"The message could not be read whole: {' '.join(unread[:_SENTENCES])}{more}",
        portion="body",
    )
