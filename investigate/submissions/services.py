"""Services that request another disposition from the API: escalate a user's report, or submit a message as a file.

The audit row is written before the request is sent, and closed with the outcome.
"""

from __future__ import annotations

import base64
from datetime import timedelta
from email.parser import BytesHeaderParser
from email.policy import compat32

from django.utils import timezone

from api_client import ApiError
from api_client.models import Message
from api_client.models.values import SubmissionDisposition
from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import close, record
from dashboard.backend import api_client_for_console
from investigate.reviews.models import Submission

FOUND_AT_MOST = 20
FOUND_WITHIN_DAYS = 90


def escalate(submission: Submission, *, asked: SubmissionDisposition, actor: Actor) -> None:
    """Escalate a user's report: request another disposition for its message from the API in the team's name.

    The mirror shows the escalation after its next refresh. Raise ApiError if the request fails.
    """
    _ask(
        submission.original_postfix_id,
        asked=asked,
        actor=actor,
        detail={"escalates": submission.submission_id},
        escalated_submission_id=submission.submission_id,
    )


def messages_of_file(content: bytes) -> list[Message]:
    """Return the messages of the last 90 days that have the file's Message-ID, newest first.

    At most FOUND_AT_MOST are returned, and none if the file has no valid Message-ID. Raise ApiError if the search
    fails.
    """
    message_id = str(BytesHeaderParser(policy=compat32).parsebytes(content[:256_000]).get("Message-ID", "")).strip()
    if not message_id or not message_id.isprintable() or len(message_id) > 1000:
        return []
    now = timezone.now()
    page = api_client_for_console().investigate.list(
        message_id=message_id,
        detections_only=False,
        start=now - timedelta(days=FOUND_WITHIN_DAYS),
        end=now,
        per_page=FOUND_AT_MOST,
    )
    return page.items


def submit_file(message: Message, *, content: bytes, asked: SubmissionDisposition, actor: Actor) -> None:
    """Request another disposition for a message, and send its source. Raise ApiError if the request fails."""
    _ask(
        message.id,
        asked=asked,
        actor=actor,
        detail={"with": "file", "bytes": len(content)},
        eml_content=base64.b64encode(content).decode("ascii"),
    )


def _ask(
    message_id: str,
    *,
    asked: SubmissionDisposition,
    actor: Actor,
    detail: dict[str, object],
    eml_content: str | None = None,
    escalated_submission_id: str | None = None,
) -> None:
    entry = record(
        actor=actor,
        action=AuditAction.RECLASSIFY,
        object_kind="message",
        object_id=message_id,
        outcome=Outcome.ATTEMPTED,
        detail={"asked": asked.value, **detail},
    )
    try:
        api_client_for_console().investigate.reclassify.create(
            message_id,
            expected_disposition=asked.value,
            eml_content=eml_content,
            escalated_submission_id=escalated_submission_id,
        )
    except ApiError as error:
        outcome = Outcome.UNKNOWN if error.outcome_unknown else Outcome.FAILED
        close(entry, outcome, detail={"error": type(error).__name__})
        raise
    close(entry, Outcome.DONE)
