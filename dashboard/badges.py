"""Small counts beside entries of the navigation, which the apps give that know them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

BADGE_AT_MOST = 99


@dataclass(frozen=True, slots=True)
class Badge:
    """A count and what it counts; `count` stops at BADGE_AT_MOST + 1."""

    count: int
    meaning: str

    @property
    def text(self) -> str:
        """The count as it fits."""
        return f"{BADGE_AT_MOST}+" if self.count > BADGE_AT_MOST else str(self.count)


_COUNTS: dict[str, tuple[Callable[[], int], str]] = {}


def register_badge(url_name: str, count: Callable[[], int], *, meaning: str) -> None:
    """Say what is counted beside the entry of this address; `count` looks at no more than BADGE_AT_MOST + 1 rows."""
    _COUNTS[url_name] = (count, meaning)


def badge_of(url_name: str) -> Badge | None:
    """Give the badge of an address; None without one or when there is nothing to count."""
    if url_name not in _COUNTS:
        return None
    count, meaning = _COUNTS[url_name]
    found = count()
    return Badge(found, meaning) if found else None
