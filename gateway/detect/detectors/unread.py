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
    first, rest = unread[:_SENTENCES], unread[_SENTENCES:]
    more = f" And {len(rest)} more." if rest else ""
    yield Finding(
        NAME,
        SUSPICIOUS,
        _SCORE,
        f"The message could not be read whole, and what was left out may be an attack: {' '.join(first)}{more}",
        portion="body",
        detail=" ".join(rest) or None,
    )
