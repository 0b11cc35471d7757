"""What a finder works with, and what its step returns."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from api_client import Client
from investigate.event_export.feed import NewEvent

OVERLAP_MINUTES = 10
"""Minutes that are walked again, since a message may be listed a while after the time that it carries."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a place: the API, the time before which nothing counts, and the time of the look."""

    client: Client
    since: datetime
    now: datetime


@dataclass(slots=True)
class Step:
    """What one step found. `cursor` continues after it; `is_end` says that there is nothing more now.

    `read_until` is the time up to which everything was found, if the step ended a pass. `gaps` are the windows that the
    pass could not read, or None in the middle of one.
    """

    cursor: dict[str, Any]
    events: list[NewEvent] = field(default_factory=list)
    is_end: bool = True
    read_until: datetime | None = None
    gaps: list[list[str]] | None = None
