"""Asking the API to change something about one message."""

import base64

from api_client import ApiError
from api_client.models.values import SubmissionDisposition
from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import close, record
from dashboard.backend import api_client_for_console


def message_reclassify(*, actor: Actor, message_id: str, asked: SubmissionDisposition, eml: bytes = b"") -> None:
    """Ask for another verdict; it is decided later. The request is in the audit trail before it is sent.

    `eml` is the message itself, which the API wants for mail that was not detected.
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
