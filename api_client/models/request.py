"""Models of the request bodies of writes, in their newest form. Servers also accept older forms."""

from __future__ import annotations

from pydantic import Field

from api_client.models.base import WireModel


class MoveRequest(WireModel):
    """Move one message; `destination` is a MailboxDestination."""

    destination: str


class BulkMoveRequest(WireModel):
    """Move up to 1000 messages."""

    destination: str
    ids: list[str] = Field(max_length=1000)


class ReleaseRequest(WireModel):
    """Release messages from quarantine."""

    ids: list[str]


class ReleaseCopyRequest(WireModel):
    """Release a message to one of its recipients, as our gateway alone can."""

    id: str
    recipient: str


class PreviewRequest(WireModel):
    """Render a message without detections."""

    id: str


class ReclassifyRequest(WireModel):
    """Request another disposition. `eml_content` is the message in base64."""

    expected_disposition: str
    eml_content: str | None = None
    escalated_submission_id: str | None = None
