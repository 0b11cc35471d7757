"""The API's own bulk action jobs: the API searches, and acts on everything that the search finds.

They act on what the search finds when they run, not on a frozen list. They are not proven and can't be undone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from api_client import ApiError
from api_client.models import BulkAction, BulkJob, BulkJobMessage, BulkJobStatus
from api_client.pagination import NumberedPage
from api_client.resources.bulk import BulkSearch
from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import close, record
from dashboard.backend import api_client_for_console
from dashboard.jobs.approval.requirement import is_ruled
from dashboard.jobs.selections.models import Selection, Source
from dashboard.jobs.states import JobAction

PER_PAGE = 50
ENDED = {BulkJobStatus.COMPLETED.value, BulkJobStatus.FAILED.value, BulkJobStatus.CANCELLED.value}
ACTIONS = {JobAction.MOVE.value: BulkAction.MOVE.value, JobAction.RELEASE.value: BulkAction.RELEASE.value}


def bulk_refusal_reason(selection: Selection, *, action: str, destination: str) -> str:
    """Return why the API can't run this action as a job of its own, or an empty string if it can."""
    if selection.source != Source.QUERY:
        return "Only a search can be run by the API, and this is a list of messages."
    if selection.alike:
        return "The API would act on all that its search finds, not on the copies of one mail alone."
    if action not in ACTIONS:
        return "The API moves and releases, and does nothing else to many messages."
    if any(isinstance(value, list) for value in selection.filters.values()):
        return "The API takes one value for each filter, and this search has several for one."
    if is_ruled(action, destination):
        return "This may need a second person, and the API acts on whatever it finds when it runs."
    return ""


def bulk_start(selection: Selection, *, actor: Actor, action: str, destination: str, reason: str) -> BulkJob:
    """Start a job of the API that runs an action on everything that the selection's search finds.

    Raise ValueError if the API can't run it (see `bulk_refusal_reason`), and ApiError if the call fails. The audit
    entry is written before the call. If the process dies during the call, the entry stays ATTEMPTED.
    """
    if why_not := bulk_refusal_reason(selection, action=action, destination=destination):
        raise ValueError(why_not)
    search = cast(BulkSearch, {**selection.filters, "start": selection.start, "end": selection.end})
    detail = {"action": action, "destination": destination, "reason": reason, "search": selection.filters}
    with _recorded(actor, AuditAction.BULK_CREATE, "", detail) as outcome:
        job = api_client_for_console().investigate.bulk.create(
            action=ACTIONS[action], search_params=search, destination=destination or None, comment=reason or None
        )
        outcome["job_id"] = job.job_id
    return job


def bulk_cancel(job_id: str, *, actor: Actor) -> None:
    """Stop a job of the API. What it did stays done. Raise Conflict if the job has ended, or another ApiError."""
    with _recorded(actor, AuditAction.BULK_CANCEL, job_id, {}):
        api_client_for_console().investigate.bulk.cancel.create(job_id)


def bulk_delete(job_id: str, *, actor: Actor) -> None:
    """Remove an ended job from the API's list. Raise Conflict if the job has not ended, or another ApiError."""
    with _recorded(actor, AuditAction.BULK_DELETE, job_id, {}):
        api_client_for_console().investigate.bulk.delete(job_id)


@contextmanager
def _recorded(actor: Actor, action: AuditAction, job_id: str, detail: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Write an audit entry before the call, and close it with the outcome after the call."""
    entry = record(
        actor=actor, action=action, object_kind="bulk_job", object_id=job_id, outcome=Outcome.ATTEMPTED, detail=detail
    )
    learned: dict[str, Any] = {}
    try:
        yield learned
    except ApiError as error:
        outcome = Outcome.UNKNOWN if error.outcome_unknown else Outcome.FAILED
        close(entry, outcome, detail={"error": type(error).__name__})
        raise
    close(entry, Outcome.DONE, detail=learned)


def bulk_list(*, page: int = 1) -> NumberedPage[BulkJob]:
    """Return a page of the API's jobs, newest first. Raise ApiError if the call fails."""
    return api_client_for_console().investigate.bulk.list(page=page, per_page=PER_PAGE)


def bulk_get(job_id: str) -> BulkJob:
    """Return one job of the API with its current counters. Raise ApiError if the call fails."""
    return api_client_for_console().investigate.bulk.get(job_id)


def bulk_messages(job_id: str, *, status: str = "", page: int = 1) -> NumberedPage[BulkJobMessage]:
    """Return a page of a job's messages, with one entry for each recipient. Raise ApiError if the call fails."""
    messages = api_client_for_console().investigate.bulk.messages
    if status:
        return messages.list(job_id, status=status, page=page, per_page=PER_PAGE)
    return messages.list(job_id, page=page, per_page=PER_PAGE)
