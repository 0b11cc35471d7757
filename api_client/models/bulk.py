"""Models of bulk action jobs, which apply one action to every message that a search finds."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import SerializerFunctionWrapHandler, model_serializer

from api_client.models.base import DECEMBER_2026, NEVER_NULL, NOVEMBER_2026, Ended, UtcDatetime, WireModel
from api_client.models.message import Message


class BulkSearchParams(WireModel):
    """The search of a job, one value for each filter; None leaves a filter out. `action_log` is deprecated.

    Without `start` it begins 30 days ago; without `detections_only` it finds detections only.
    """

    action_log: Annotated[bool | None, Ended(NOVEMBER_2026, "GET …/action_log"), NEVER_NULL] = None
    alert_id: str | None = None
    delivery_status: str | None = None
    detections_only: Annotated[bool | None, NEVER_NULL] = None
    domain: str | None = None
    end: Annotated[UtcDatetime | None, NEVER_NULL] = None
    exact_subject: str | None = None
    final_disposition: str | None = None
    message_action: str | None = None
    message_id: str | None = None
    metric: str | None = None
    query: str | None = None
    recipient: str | None = None
    sender: str | None = None
    smtp_helo_ip: str | None = None
    start: Annotated[UtcDatetime | None, NEVER_NULL] = None
    subject: str | None = None
    submissions: Annotated[bool | None, NEVER_NULL] = None


class _Action(WireModel):
    """Action of a job or message. `type` is a BulkAction. A release has no `destination`.

    `expected_disposition` has no effect and is deprecated.
    """

    type: str
    destination: str | None = None
    expected_disposition: Annotated[str | None, Ended(DECEMBER_2026)] = None

    @model_serializer(mode="wrap")
    def _without_absent_parts(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # A release is distinguished from a move by the absence of both fields.
        return {name: value for name, value in handler(self).items() if value is not None}


class BulkActionParams(_Action):
    """What a job does: see BulkAction and MailboxDestination."""


class BulkMessageParams(_Action):
    """What is done to one recipient's copy."""

    client_recipient: str


class BulkJob(WireModel):
    """One job; `status` is a BulkJobStatus or a newer value.

    total_messages_discovered is the sum of the other counters, which count a message once for each of its recipients.
    Those of skipped and cancelled messages came later: a server that doesn't know them serves none. `by_id` is an
    extension: a move or release that waited for a second person named the messages, and `search_params` is empty.
    """

    job_id: str
    action_type: str
    action_params: BulkActionParams
    created_at: UtcDatetime
    status: str
    search_params: BulkSearchParams
    total_messages_discovered: int
    messages_pending: int
    messages_successful: int
    messages_failed: int
    messages_skipped: int = 0
    messages_cancelled: int = 0
    comment: str | None = None
    completed_at: UtcDatetime | None = None
    started_at: UtcDatetime | None = None
    status_message: str | None = None
    by_id: bool = False


class BulkJobMessage(WireModel):
    """One recipient's copy of one message in a job; `status` is a BulkMessageStatus or a newer value.

    `message_id` is this entry's own id; that of the mail is `email_message_id`. `message` is None where the server
    does not serve it, or no longer has it. `gatehouse_marks` and `gatehouse_forwarded_to` are given by our gateway
    alone, as in a MoveResult.
    """

    message_id: str
    action_type: str
    action_params: BulkMessageParams
    created_at: UtcDatetime
    status: str
    retry_count: int
    alert_id: str | None = None
    email_message_id: str | None = None
    message: Annotated[Message | None, NEVER_NULL] = None
    postfix_id: str = ""
    processed_at: UtcDatetime | None = None
    retry_after: UtcDatetime | None = None
    status_message: str | None = None
    gatehouse_marks: list[str] | None = None
    gatehouse_forwarded_to: list[str] | None = None


class BulkJobRequest(WireModel):
    """Start a job; `action` is a BulkAction, and a move needs a `destination`."""

    action: str
    search_params: BulkSearchParams
    destination: str | None = None
    comment: str | None = None
