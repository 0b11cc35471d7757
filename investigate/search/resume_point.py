"""Resume point: the last row that a list showed, from which a new search continues when the API's cursor ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from api_client.models import Message

SECOND = timedelta(seconds=1)
"""Step between the last row and the end of the new search.

The API's times are whole seconds, and both ends of a range are inclusive.
"""


@dataclass(frozen=True, slots=True)
class ResumePoint:
    """Resume point below a row.

    `until` is the end of the new search, one second after the row. So the new search returns the row again, and the
    rows up to it are recognised by its `id`.
    """

    until: datetime
    id: str

    @classmethod
    def of(cls, last: Message) -> ResumePoint | None:
        """Return the resume point below the row `last`, or None if the row has no time."""
        return cls(last.scanned_at.astimezone(UTC) + SECOND, last.id) if last.scanned_at else None

    def __str__(self) -> str:
        return f"{self.until:%Y-%m-%dT%H:%M:%SZ}/{self.id}"

    @classmethod
    def parse(cls, text: str) -> ResumePoint:
        """Parse the text that `str` returns. Raise ValueError if the text is not a resume point."""
        until, _, id_ = text.partition("/")
        moment = datetime.fromisoformat(until)
        if moment.tzinfo is None or not id_:
            raise ValueError("This names no row.")
        return cls(moment, id_)


def rows_after(rows: Sequence[Message], *, after: str) -> list[Message]:
    """Return the rows below the row with the id `after`, or all rows if that row is not among them."""
    ids = [row.id for row in rows]
    return list(rows[ids.index(after) + 1 :] if after in ids else rows)
