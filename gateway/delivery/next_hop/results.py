"""What a next hop said about each recipient of a message."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

LONGEST_WORDS = 400
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}(?= |$)")


class Outcome(StrEnum):
    """What became of one recipient's copy.

    `DELIVERED`: the next hop has taken it over. `DEFERRED`: it has not, and may later. `REFUSED`: it never will.
    `UNKNOWN`: the whole message was sent, and the answer was lost; the next hop may have it or not.
    """

    DELIVERED = "delivered"
    DEFERRED = "deferred"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome for one recipient, and the server's words or ours, one line, without control characters.

    `reports` says that the server has taken over to tell the sender what becomes of it (RFC 3461).
    """

    outcome: Outcome
    words: str
    reports: bool = False

    @property
    def status(self) -> str:
        """The enhanced status code (RFC 3463): the server's if it named one, else one of the same class."""
        named = _STATUS.search(self.words)
        return named.group() if named else {"delivered": "2.0.0", "refused": "5.0.0"}.get(self.outcome, "4.0.0")


@dataclass(frozen=True, slots=True)
class Reply:
    """A server's reply: its code, and its lines without the code."""

    code: int
    lines: tuple[str, ...]

    @property
    def words(self) -> str:
        """Code and text in one line."""
        return plain(f"{self.code} {' '.join(self.lines)}")

    @property
    def is_good(self) -> bool:
        return 200 <= self.code < 300

    def as_result(self) -> Result:
        """Return what the reply says of a recipient. What is neither good nor 5xx may be tried again."""
        if self.is_good:
            return Result(Outcome.DELIVERED, self.words)
        return Result(Outcome.REFUSED if 500 <= self.code < 600 else Outcome.DEFERRED, self.words)


class NextHopDown(Exception):
    """The next hop can't be talked to at the moment, or no longer. The text says why, in one line."""

    def __init__(self, words: str) -> None:
        super().__init__(plain(words))


def plain(text: str) -> str:
    """Return a stranger's text as one bounded line without anything that is not printable."""
    kept = "".join(sign if sign.isprintable() else " " for sign in text[: LONGEST_WORDS * 4])
    return " ".join(kept.split())[:LONGEST_WORDS]
