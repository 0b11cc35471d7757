"""Registry of badges: small counts beside navigation entries. Each app registers its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

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


_COUNTS: dict[str, tuple[Callable[[], int], str]] = {}


def register_badge(url_name: str, count: Callable[[], int], *, meaning: str) -> None:
    """Register the badge of the navigation entry with this URL name.

    `count` must not read more than BADGE_AT_MOST + 1 rows.
    """
    _COUNTS[url_name] = (count, meaning)


def badge_of(url_name: str) -> Badge | None:
    """Return the badge for a URL name, or None if there is none or its count is zero."""
    if url_name not in _COUNTS:
        return None
    count, meaning = _COUNTS[url_name]
    found = count()
    return Badge(found, meaning) if found else None
