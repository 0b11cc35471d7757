"""Operations that act on messages: move, release and reclassify. All of them are writes."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import TypeAdapter

from api_client.addressing import path_segment
from api_client.models import (
    BulkMoveRequest,
    MoveRequest,
    MoveResult,
    ReclassifyRequest,
    ReleaseCopyRequest,
    ReleaseRequest,
    ReleaseResult,
)
from api_client.resources.base import Resource

MOVED = TypeAdapter(list[MoveResult])
RELEASED = TypeAdapter(list[ReleaseResult])
RELEASED_COPY = TypeAdapter(ReleaseResult)

MOVE_AT_MOST = 1000
"""Maximum number of messages in one bulk move, according to the API's contract."""


class MoveResource(Resource):
    """Move messages between the folders of their recipients' mailboxes."""

    def create(self, investigate_id: str, *, destination: str) -> list[MoveResult]:
        """Move one message. Return one result per recipient."""
        path = f"investigate/{path_segment(investigate_id)}/move"
        return self._read(MOVED, self._post(path, MoveRequest(destination=destination)))

    def bulk(self, *, ids: Sequence[str], destination: str) -> list[MoveResult]:
        """Move up to 1000 messages. Return one result per message and recipient.

        Raise ValueError, before anything is sent, for no ids or for more than 1000.
        """
        if len(ids) > MOVE_AT_MOST:
            raise ValueError(f"{len(ids)} messages are more than one move takes ({MOVE_AT_MOST}).")
        body = BulkMoveRequest(destination=destination, ids=checked_ids(ids))
        return self._read(MOVED, self._post("investigate/move", body))


class ReleaseResource(Resource):
    """Release messages from quarantine."""

    def bulk(self, *, ids: Sequence[str]) -> list[ReleaseResult]:
        """Release messages to their recipients. Return one result per message.

        Raise ValueError, before anything is sent, for no ids.
        """
        return self._read(RELEASED, self._post("investigate/release", ReleaseRequest(ids=checked_ids(ids))))

    def copy(self, investigate_id: str, *, recipient: str) -> ReleaseResult:
        """Release a message to one of its recipients: an extension that our gateway alone has.

        Another server answers 404, and does nothing.
        """
        body = ReleaseCopyRequest(id=investigate_id, recipient=recipient)
        return self._read(RELEASED_COPY, self._post("gatehouse/release_copy", body))


class ReclassifyResource(Resource):
    """Request other dispositions for messages."""

    def create(
        self,
        investigate_id: str,
        *,
        expected_disposition: str,
        eml_content: str | None = None,
        escalated_submission_id: str | None = None,
    ) -> None:
        """Request another disposition, which is decided later. `eml_content` is the message in base64."""
        body = ReclassifyRequest(
            expected_disposition=expected_disposition,
            eml_content=eml_content,
            escalated_submission_id=escalated_submission_id,
        )
        self._post(f"investigate/{path_segment(investigate_id)}/reclassify", body)


def checked_ids(ids: Sequence[str]) -> list[str]:
    """Return the ids as a list. Raise ValueError for no ids, an empty id, or a string instead of a sequence."""
    if isinstance(ids, str) or not ids or not all(isinstance(part, str) and part.strip() for part in ids):
        raise ValueError("There must be at least one id, and none may be empty.")
    return list(ids)
