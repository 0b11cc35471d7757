"""Where a walk stands, in a form that can be kept as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

RECENT_AT_MOST = 2000
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time, both ends included."""

    start: datetime
    end: datetime

    def to_json(self) -> list[str]:
        """Give both ends in ISO format."""
        return [self.start.isoformat(), self.end.isoformat()]

    @classmethod
    def from_json(cls, kept: list[str]) -> Window:
        """Read what `to_json` wrote."""
        return cls(datetime.fromisoformat(kept[0]), datetime.fromisoformat(kept[1]))


@dataclass(slots=True)
class Position:
    """What is still to be walked: `windows`, newest first, the first of which may be under way at `cursor`.

    `returned` counts what the search under way has given, and `oldest` is the time of its oldest message; `floor` is
    the same of the search made before over the same stretch. `recent` are ids that may come again where two searches
    touch. `suspect` is a second that may hold more than the API gives at once, which it does if anything lies below.
    `gaps` are the windows that the API would not give.
    """

    windows: list[Window]
    cursor: str | None = None
    returned: int = 0
    oldest: datetime | None = None
    floor: datetime | None = None
    recent: list[str] = field(default_factory=list)
    suspect: Window | None = None
    gaps: list[Window] = field(default_factory=list)

    @classmethod
    def over(cls, start: datetime, end: datetime) -> Position:
        """Stand before the whole stretch."""
        return cls(windows=[Window(start, end)])

    @property
    def looked_until(self) -> datetime | None:
        """The time down to which everything was looked at, but for the gaps; None at the end."""
        if not self.windows:
            return None
        return min(self.windows[0].end, self.oldest) if self.oldest else self.windows[0].end

    def next_window(self) -> None:
        """Leave the window under way behind."""
        self.windows.pop(0)
        self._begin()
        self.floor = None

    def again_from_oldest(self) -> None:
        """Search what is left of the window under way anew, from the oldest message that it gave."""
        if self.oldest is not None:
            window = self.windows[0]
            self.windows[0] = Window(window.start, min(window.end, self.oldest + SECOND))
            self.floor = self.oldest
        self._begin()

    def _begin(self) -> None:
        self.cursor, self.returned, self.oldest = None, 0, None

    def to_json(self) -> dict[str, Any]:
        """Give all of it for a JSON column."""
        return {
            "windows": [window.to_json() for window in self.windows],
            "cursor": self.cursor,
            "returned": self.returned,
            "oldest": self.oldest.isoformat() if self.oldest else None,
            "floor": self.floor.isoformat() if self.floor else None,
            "recent": self.recent[-RECENT_AT_MOST:],
            "suspect": self.suspect.to_json() if self.suspect else None,
            "gaps": [gap.to_json() for gap in self.gaps],
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Position:
        """Read what `to_json` wrote."""
        moments = {name: datetime.fromisoformat(kept[name]) if kept.get(name) else None for name in ("oldest", "floor")}
        return cls(
            windows=[Window.from_json(window) for window in kept["windows"]],
            cursor=kept.get("cursor"),
            returned=kept.get("returned", 0),
            recent=list(kept.get("recent", ())),
            suspect=Window.from_json(kept["suspect"]) if kept.get("suspect") else None,
            gaps=[Window.from_json(gap) for gap in kept.get("gaps", ())],
            **moments,
        )
