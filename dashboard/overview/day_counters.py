"""Registry of counters that read the messages of day walks beside the overview, so that nothing is walked twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from api_client import Client
from api_client.models import Message
from dashboard.overview.models import DayWalk

Tally = dict[str, Any]


class DayCounter:
    """A counter of the messages of one day. `name` identifies its tally in the walk's row.

    `prepare` runs outside of any transaction and may call the API; `add` and `store` only write rows of the console,
    in the transaction that saves the walk.
    """

    name: str

    def prepare(self, client: Client, messages: Sequence[Message]) -> Tally:
        """Return the tally of one page, as data for a JSON column."""
        raise NotImplementedError

    def add(self, tally: Tally, more: Tally) -> None:
        """Add the tally of a page to that of the day so far, which is empty at first."""
        raise NotImplementedError

    def store(self, walk: DayWalk, tally: Tally) -> None:
        """Replace what is stored for the day with the tally of the whole day."""
        raise NotImplementedError


_COUNTERS: dict[str, DayCounter] = {}


def register_day_counter(counter: DayCounter) -> None:
    """Register a counter. Called from `ready` of the app's config."""
    _COUNTERS[counter.name] = counter


def day_counters() -> list[DayCounter]:
    """Return the registered counters."""
    return list(_COUNTERS.values())
