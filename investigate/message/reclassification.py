"""Service that requests the reclassification of a message from the API."""

import base64

from api_client import ApiError
from api_client.models.values import SubmissionDisposition
from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import close, record
from dashboard.backend import api_client_for_console


def message_reclassify(*, actor: Actor, message_id: str, asked: SubmissionDisposition, eml: bytes = b"") -> None:
    """Request another disposition for a message. The audit row is written before the request is sent.

    The API decides later. `eml` is the message's source, which the API requires for mail that was not detected.
    Raise ApiError if the request fails; then the outcome in the audit row is failed or unknown.
    """
    entry = record(
        actor=actor,
        action=AuditAction.RECLASSIFY,
        object_kind="message",
        object_id=message_id,
        outcome=Outcome.ATTEMPTED,
        detail={"asked": asked.value} | ({"eml_bytes": len(eml)} if eml else {}),
    )
    try:
        api_client_for_console().investigate.reclassify.create(
            message_id, expected_disposition=asked.value, eml_content=base64.b64encode(eml).decode() if eml else None
        )
    except ApiError as error:
        outcome = Outcome.UNKNOWN if error.outcome_unknown else Outcome.FAILED
        close(entry, outcome, detail={"error": type(error).__name__})
        raise
    close(entry, Outcome.DONE)
