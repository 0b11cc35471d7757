"""What a finder returns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Sighting:
    """Something to tell: what it is about (`thing`), what tells it from others (`key`), and words for it (`title`)."""

    thing: str
    key: str
    title: str
    path: str


@dataclass(slots=True)
class Found:
    """What was found after a cursor, and the cursor after it. `trouble` says what could not be looked at."""

    cursor: dict[str, Any]
    sightings: list[Sighting] = field(default_factory=list)
    trouble: str = ""
