"""Operations on bulk action jobs: create, list, cancel, delete. The worker carries the jobs out."""

from typing import cast
from uuid import UUID

from django.http import HttpResponse

from api_client import models as contract
from gateway.api import bulk_answers, lookup
from gateway.api.answers import answer
from gateway.api.approval import check_job, check_purge
from gateway.api.bulk_requests import BulkJobBody, BulkJobsQuery, BulkMessagesQuery
from gateway.api.problems import CONFLICT, Problem, not_found
from gateway.api.registry import Call, operation
from gateway.api.tokens import require_right
from gateway.bulk.counting import counters
from gateway.bulk.services import AlreadyEnded, StillRunning, bulk_job_cancel, bulk_job_create, bulk_job_delete
from gateway.models import BulkJob, BulkJobMessage, Message, Token

DATABASE = "gateway"
READ, WRITE = Token.Scope.READ, Token.Scope.WRITE
_PATH = "/investigate/bulk"
_JOB = f"{_PATH}/{{job_id}}"
_RIGHTS = {contract.BulkAction.MOVE: Token.Right.MOVE, contract.BulkAction.RELEASE: Token.Right.RELEASE}


@operation(
    "email_security_get_bulk_jobs",
    "GET",
    _PATH,
    scope=READ,
    right=Token.Right.BULK,
    params=BulkJobsQuery,
    result=list[contract.BulkJob],
    pages=True,
)
def list_jobs(call: Call) -> HttpResponse:
    """Return the account's jobs, newest first."""
    params = cast(BulkJobsQuery, call.params)
    found = BulkJob.objects.using(DATABASE).filter(account_id=call.account_id)
    if params.action_type is not None:
        found = found.filter(action=params.action_type)
    if params.status is not None:
        found = found.filter(status=params.status)
    first = (params.page - 1) * params.per_page
    jobs = list(found.order_by("-created_at", "pk")[first : first + params.per_page])
    counted = counters(jobs)
    return answer(
        [bulk_answers.job(row, counted[row.pk]) for row in jobs], result_info=_page_info(len(jobs), params.per_page)
    )


def _page_info(count: int, per_page: int) -> contract.ResultInfo:
    """In these lists `page` and `total_count` are always 0, as the contract says: nothing is counted for a page."""
    return contract.ResultInfo(count=count, per_page=per_page)


@operation(
    "email_security_create_bulk_job",
    "POST",
    _PATH,
    scope=WRITE,
    right=Token.Right.BULK,
    body=BulkJobBody,
    result=contract.BulkJob,
    status=201,
)
def create_job(call: Call) -> HttpResponse:
    """Start a job on every message that the search finds now; it is carried out by the worker.

    The token needs the right to do what the job does. A job that needs a second person fails before it acts, or waits
    for one (GATEWAY_API_APPROVALS): PENDING again, with all that was found, and `status_message` says so.
    """
    body = cast(BulkJobBody, call.body)
    require_right(call.token, _RIGHTS[body.action])
    check_purge(call, body.destination or "")
    search = body.search_params.as_asked()
    if known := check_job(call, body.action, body.destination or "", search):
        return _shown(known, status=201)
    made = bulk_job_create(
        params=body.search_params.filters(call.account_id),
        search=search,
        action=body.action,
        destination=body.destination or "",
        expected_disposition=body.expected_disposition or "",
        comment=body.comment,
        requested_by=call.token.name,
    )
    return _shown(made, status=201)


@operation("email_security_get_bulk_job", "GET", _JOB, scope=READ, right=Token.Right.BULK, result=contract.BulkJob)
def get_job(call: Call) -> HttpResponse:
    """Return one job with its counters as they are now."""
    return _shown(_job(call))


@operation(
    "email_security_delete_bulk_job", "DELETE", _JOB, scope=WRITE, right=Token.Right.BULK, result=contract.Deleted
)
def delete_job(call: Call) -> HttpResponse:
    """Delete a job that has ended."""
    row = _job(call)
    try:
        bulk_job_delete(row)
    except StillRunning:
        raise Problem(409, CONFLICT, "The job has not ended; cancel it before it is deleted") from None
    return answer(contract.Deleted(id=str(row.pk)))


@operation(
    "email_security_cancel_bulk_job",
    "POST",
    f"{_JOB}/cancel",
    scope=WRITE,
    right=Token.Right.BULK,
    result=contract.BulkJob,
)
def cancel_job(call: Call) -> HttpResponse:
    """Cancel a job; what was done stays. A cancelled job may be cancelled again."""
    row = _job(call)
    try:
        bulk_job_cancel(row)
    except (AlreadyEnded, BulkJob.DoesNotExist):
        raise Problem(409, CONFLICT, "The job has ended already") from None
    return _shown(row)


@operation(
    "email_security_get_bulk_job_messages",
    "GET",
    f"{_JOB}/messages",
    scope=READ,
    right=Token.Right.BULK,
    params=BulkMessagesQuery,
    result=list[contract.BulkJobMessage],
    pages=True,
)
def list_job_messages(call: Call) -> HttpResponse:
    """Return a job's messages, one entry for each message and recipient, newest message first."""
    row, params = _job(call), cast(BulkMessagesQuery, call.params)
    found = BulkJobMessage.objects.using(DATABASE).filter(job=row)
    if params.status is not None:
        found = found.filter(status=params.status)
    first = (params.page - 1) * params.per_page
    rows = list(found.order_by("pk")[first : first + params.per_page])
    messages = Message.objects.using(DATABASE).in_bulk(list({entry.message_id for entry in rows}))
    logs = lookup.logs(messages.values())
    return answer(
        [
            bulk_answers.job_message(row, entry, messages.get(entry.message_id), logs.get(entry.message_id, []))
            for entry in rows
        ],
        result_info=_page_info(len(rows), params.per_page),
    )


def _job(call: Call) -> BulkJob:
    try:
        key = UUID(call.path["job_id"])
    except ValueError:
        raise not_found("bulk action job") from None
    found = BulkJob.objects.using(DATABASE).filter(pk=key, account_id=call.account_id).first()
    if found is None:
        raise not_found("bulk action job")
    return found


def _shown(row: BulkJob, *, status: int = 200) -> HttpResponse:
    return answer(bulk_answers.job(row, counters([row])[row.pk]), status=status)
