"""The last row that a list showed, below which it goes on by a search anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from api_client.models import Message

SECOND = timedelta(seconds=1)
"""The API's times are whole seconds, and both ends of a range are included."""


@dataclass(frozen=True, slots=True)
class Seen:
    """`until` is the end of the search anew, a second after the row, which comes again there with its `id`."""

    until: datetime
    id: str

    @classmethod
    def of(cls, last: Message) -> Seen | None:
        """Stand below this row; None for one without a time."""
        return cls(last.scanned_at.astimezone(UTC) + SECOND, last.id) if last.scanned_at else None

    def __str__(self) -> str:
        return f"{self.until:%Y-%m-%dT%H:%M:%SZ}/{self.id}"

    @classmethod
    def parse(cls, text: str) -> Seen:
        """Read what `str` wrote. Raises ValueError for anything else."""
        until, _, id_ = text.partition("/")
        moment = datetime.fromisoformat(until)
        if moment.tzinfo is None or not id_:
            raise ValueError("This names no row.")
        return cls(moment, id_)


def unseen(rows: Sequence[Message], *, after: str) -> list[Message]:
    """Return the rows below the one with this id; all of them where it is not among them."""
    ids = [row.id for row in rows]
    return list(rows[ids.index(after) + 1 :] if after in ids else rows)
