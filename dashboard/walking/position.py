"""Position of a walk: the windows of time that are still to be searched, stored as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

RECENT_AT_MOST = 2000
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Window:
    """A window of time. Both ends are inclusive."""

    start: datetime
    end: datetime

    def to_json(self) -> list[str]:
        """Return both ends in ISO 8601 format."""
        return [self.start.isoformat(), self.end.isoformat()]

    @classmethod
    def from_json(cls, kept: list[str]) -> Window:
        """Return the window that `to_json` encoded."""
        return cls(datetime.fromisoformat(kept[0]), datetime.fromisoformat(kept[1]))


@dataclass(slots=True)
class Position:
    """The windows that are still to be walked, newest first. The search over the first window continues at `cursor`.

    `after` is the id of the last message that was returned of the page at `cursor`, which had `size` messages, or empty
    at the beginning of a page. `is_long` says that a whole page was found, so that larger ones are worth asking for,
    and `keeps_small` that a larger one failed.
    `returned` counts the messages of the current search, and `oldest` is the time of its oldest message. `floor` is
    the `oldest` of the previous search over the same window. `recent` are ids of the last messages, since a message may
    be returned again where two searches overlap. `suspect` is a second that may contain more messages than the API
    returns for one search. It becomes a gap if there are older messages. `gaps` are the windows that the API did not
    return in full.
    """

    windows: list[Window]
    cursor: str | None = None
    after: str = ""
    size: int = 0
    is_long: bool = False
    keeps_small: bool = False
    returned: int = 0
    oldest: datetime | None = None
    floor: datetime | None = None
    recent: list[str] = field(default_factory=list)
    suspect: Window | None = None
    gaps: list[Window] = field(default_factory=list)

    @classmethod
    def over(cls, start: datetime, end: datetime) -> Position:
        """Return the position at the beginning of a walk from `end` back to `start`."""
        return cls(windows=[Window(start, end)])

    @property
    def looked_until(self) -> datetime | None:
        """Return the time down to which the walk has come, or None if no window is left."""
        if not self.windows:
            return None
        return min(self.windows[0].end, self.oldest) if self.oldest else self.windows[0].end

    def next_window(self) -> None:
        """Remove the current window and begin with the next one."""
        self.windows.pop(0)
        self._begin()
        self.floor = None

    def again_from_oldest(self) -> None:
        """Start a new search over the rest of the current window, from the oldest message of the last search."""
        if self.oldest is not None:
            window = self.windows[0]
            self.windows[0] = Window(window.start, min(window.end, self.oldest + SECOND))
            self.floor = self.oldest
        self._begin()

    def _begin(self) -> None:
        self.cursor, self.after, self.returned, self.oldest = None, "", 0, None

    def to_json(self) -> dict[str, Any]:
        """Return the position as data for a JSON column."""
        return {
            "windows": [window.to_json() for window in self.windows],
            "cursor": self.cursor,
            "after": self.after,
            "size": self.size,
            "is_long": self.is_long,
            "keeps_small": self.keeps_small,
            "returned": self.returned,
            "oldest": self.oldest.isoformat() if self.oldest else None,
            "floor": self.floor.isoformat() if self.floor else None,
            "recent": self.recent[-RECENT_AT_MOST:],
            "suspect": self.suspect.to_json() if self.suspect else None,
            "gaps": [gap.to_json() for gap in self.gaps],
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Position:
        """Return the position that `to_json` encoded."""
        moments = {name: datetime.fromisoformat(kept[name]) if kept.get(name) else None for name in ("oldest", "floor")}
        return cls(
            windows=[Window.from_json(window) for window in kept["windows"]],
            cursor=kept.get("cursor"),
            after=kept.get("after", ""),
            size=kept.get("size", 0),
            is_long=kept.get("is_long", False),
            keeps_small=kept.get("keeps_small", False),
            returned=kept.get("returned", 0),
            recent=list(kept.get("recent", ())),
            suspect=Window.from_json(kept["suspect"]) if kept.get("suspect") else None,
            gaps=[Window.from_json(gap) for gap in kept.get("gaps", ())],
            **moments,
        )
