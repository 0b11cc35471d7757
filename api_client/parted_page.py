"""A page of search results whose messages are read part by part, so that a large page takes little memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError

from api_client.envelope import read_result
from api_client.models import Message

_MESSAGES = TypeAdapter(list[Message])


@dataclass(frozen=True, slots=True)
class PartedPage:
    """One page of a search, not read yet. `next` and `previous` are opaque cursors, or None.

    `rows` are raw JSON, which share the memory of the response's body. `name` is the operation, for errors.
    """

    rows: Sequence[Any] = field(repr=False)
    next: str | None
    previous: str | None
    per_page: int
    name: str

    def __len__(self) -> int:
        """Return the number of messages."""
        return len(self.rows)

    def parts(self, at_once: int) -> Iterator[list[Message]]:
        """Yield the messages in parts of up to `at_once`; one empty part if there are none.

        Raise ResponseInvalid for a message that is not what the contract says.
        """
        for start in range(0, max(1, len(self.rows)), at_once):
            yield self._read(self.rows[start : start + at_once])

    def _read(self, rows: Sequence[Any]) -> list[Message]:
        raw = b"[" + b",".join(bytes(row) for row in rows) + b"]"
        try:
            return _MESSAGES.validate_json(raw)
        except ValidationError:
            # Read once more for an error that names the operation and the fields.
            return read_result(_MESSAGES, _ANY.validate_json(raw), operation=self.name, write=False)


_ANY: TypeAdapter[Any] = TypeAdapter(Any)
