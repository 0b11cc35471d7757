"""Who has seen messages, an extension of the embedded gateway."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import TypeAdapter

from api_client.models import MarksRequest, MessageMarks
from api_client.resources.base import Resource

MARKS = TypeAdapter(list[MessageMarks])


class Marks(Resource):
    """Marks of recipients' mailboxes: read, answered, forwarded."""

    def list(self, ids: Sequence[str]) -> list[MessageMarks]:
        """Return the copies of up to 100 messages with their marks. Another API answers 404."""
        return self._read(MARKS, self._post("gatehouse/marks", MarksRequest(ids=[*ids]), write=False))
