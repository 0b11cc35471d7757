"""What the gateway has seen of a message's sender before, as the detectors get it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final


@dataclass(frozen=True, slots=True)
class Seen:
    """Mail of one sender before the message at hand. `clean` and `bad` count authenticated mail alone."""

    first: datetime | None = None
    proven_first: datetime | None = None
    messages: int = 0
    clean: int = 0
    bad: int = 0


@dataclass(frozen=True, slots=True)
class Written:
    """What the organisation's people wrote to a sender: how often, in how many weeks, and when first and last."""

    messages: int = 0
    weeks: int = 0
    people: int = 0
    first: datetime | None = None
    last: datetime | None = None


_NOTHING: Final = Seen()
_NEVER: Final = Written()


@dataclass(frozen=True, slots=True)
class Flood:
    """A recipient who gets more mail in an hour than ever: how much, and the median of the hours with mail."""

    recipient: str
    messages: int
    median: float


@dataclass(frozen=True, slots=True)
class KnownSender:
    """The history of a message's sender.

    `is_mature` says that there is enough history to say what is new. `other_addresses` are those that the display name
    wrote from in `name_clean` clean messages, none of them from the address at hand.
    """

    is_mature: bool = False
    address: Seen = _NOTHING
    domain: Seen = _NOTHING
    written: Written = _NEVER
    written_to_domain: Written = _NEVER
    other_addresses: tuple[str, ...] = ()
    name_clean: int = 0
    flood: Flood | None = None


NOBODY: Final = KnownSender()
"""A sender of whom nothing is known, in a history that can't tell what is new."""
