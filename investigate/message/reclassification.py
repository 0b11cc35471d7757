"""Service that requests the reclassification of a message from the API."""

import base64

from django.contrib.auth.models import User

from api_client import ApiError
from api_client.models.values import SubmissionDisposition
from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import close, record
from dashboard.backend import api_client_for_console
from dashboard.jobs.models import Job
from dashboard.jobs.selections.services import snapshots_read
from dashboard.jobs.services import job_create
from dashboard.jobs.states import JobAction
from dashboard.verdicts import verdict_of


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


def message_release(*, user: User, actor: Actor, message_id: str, asked: SubmissionDisposition) -> Job | None:
    """Start a job that releases the message, and return it. Return None if the message is not held any more.

    It waits for a second person where the settings require one. Raise ApiError if the message can't be read.
    """
    snapshots, _missing = snapshots_read([message_id])
    held = [snapshot for snapshot in snapshots if snapshot.is_quarantined]
    if not held:
        return None
    reason = f"Submitted for review as {verdict_of(asked.value).label}"
    return job_create(user=user, actor=actor, action=JobAction.RELEASE, snapshots=held, reason=reason)
