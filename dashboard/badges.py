"""Registry of badges: small counts beside navigation entries. Each app registers its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings

BADGE_AT_MOST = 99


@dataclass(frozen=True, slots=True)
class Badge:
    """A count and its meaning. `count` is at most BADGE_AT_MOST + 1."""

    count: int
    meaning: str

    @property
    def text(self) -> str:
        """The count as text, "99+" if it is larger than BADGE_AT_MOST."""
        return f"{BADGE_AT_MOST}+" if self.count > BADGE_AT_MOST else str(self.count)


_COUNTS: dict[str, dict[Callable[[], int], str]] = {}


def register_badge(url_name: str, count: Callable[[], int], *, meaning: str) -> None:
    """Register a count for the badge of the navigation entry with this URL name. Several counts are added up.

    They have one meaning. `count` must not read more than BADGE_AT_MOST + 1 rows.
    """
    _COUNTS.setdefault(url_name, {})[count] = meaning


_kept: dict[str, tuple[float, int]] = {}


def badge_of(url_name: str, *, anew: bool = False) -> Badge | None:
    """Return the badge for a URL name, or None if there is none or its count is zero.

    A process keeps counts for `GATEHOUSE_BADGE_SECONDS`, since each page shows all of them. With `anew`, it counts.
    """
    counts = _COUNTS.get(url_name, {})
    if not counts:
        return None
    until, found = _kept.get(url_name, (0.0, 0))
    if anew or time.monotonic() >= until:
        found = sum(count() for count in counts)
        _kept[url_name] = (time.monotonic() + settings.GATEHOUSE_BADGE_SECONDS, found)
    return Badge(found, next(iter(counts.values()))) if found else None
