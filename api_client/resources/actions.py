"""Acting on messages: move, release, reclassify. All of them are writes."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import TypeAdapter

from api_client.addressing import path_segment
from api_client.models import (
    BulkMoveRequest,
    MoveRequest,
    MoveResult,
    ReclassifyRequest,
    ReleaseRequest,
    ReleaseResult,
)
from api_client.resources.base import Resource

MOVED = TypeAdapter(list[MoveResult])
RELEASED = TypeAdapter(list[ReleaseResult])

MOVE_AT_MOST = 1000
"""Messages that one bulk move takes, by the contract."""


class MoveResource(Resource):
    """Moving messages between the folders of their recipients' mailboxes."""

    def create(self, investigate_id: str, *, destination: str) -> list[MoveResult]:
        """Move one message; gives one result for each recipient."""
        path = f"investigate/{path_segment(investigate_id)}/move"
        return self._read(MOVED, self._post(path, MoveRequest(destination=destination)))

    def bulk(self, *, ids: Sequence[str], destination: str) -> list[MoveResult]:
        """Move up to 1000 messages; gives one result for each message and recipient.

        Raises ValueError, before anything is sent, for no ids or for more than 1000.
        """
        if len(ids) > MOVE_AT_MOST:
            raise ValueError(f"{len(ids)} messages are more than one move takes ({MOVE_AT_MOST}).")
        body = BulkMoveRequest(destination=destination, ids=checked_ids(ids))
        return self._read(MOVED, self._post("investigate/move", body))


class ReleaseResource(Resource):
    """Releasing messages from quarantine."""

    def bulk(self, *, ids: Sequence[str]) -> list[ReleaseResult]:
        """Release messages to their recipients; gives one result for each message.

        Raises ValueError, before anything is sent, for no ids.
        """
        return self._read(RELEASED, self._post("investigate/release", ReleaseRequest(ids=checked_ids(ids))))


class ReclassifyResource(Resource):
    """Asking for another verdict."""

    def create(
        self,
        investigate_id: str,
        *,
        expected_disposition: str,
        eml_content: str | None = None,
        escalated_submission_id: str | None = None,
    ) -> None:
        """Ask for another verdict; it is decided later. `eml_content` is the message in base64."""
        body = ReclassifyRequest(
            expected_disposition=expected_disposition,
            eml_content=eml_content,
            escalated_submission_id=escalated_submission_id,
        )
        self._post(f"investigate/{path_segment(investigate_id)}/reclassify", body)


def checked_ids(ids: Sequence[str]) -> list[str]:
    """Give the ids as a list. Raises ValueError for no ids, an empty one, or one text instead of several."""
    if isinstance(ids, str) or not ids or not all(isinstance(part, str) and part.strip() for part in ids):
        raise ValueError("There must be at least one id, and none may be empty.")
    return list(ids)
