"""Decisions on writes that wait: a person approves or refuses, or nobody does in time."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from gateway.bulk.outcomes import note_outcome
from gateway.bulk.queue import enqueue
from gateway.bulk.services import cancel_waiting
from gateway.models import BulkJob, Token, WriteRequest
from gateway.tokens.approval import is_purge

DATABASE = "gateway"
State = WriteRequest.State
_RIGHTS = {BulkJob.Action.MOVE: Token.Right.MOVE, BulkJob.Action.RELEASE: Token.Right.RELEASE}


class NotWaiting(Exception):
    """The request does not wait any more; the text says why."""


def request_approve(request: WriteRequest, *, by: str) -> None:
    """Have a waiting request carried out by the worker, once.

    The decision and the start of its job are one transaction. If the process dies right after it, the job is found and
    run by `recovery.recover`, which resumes it where a worker died, too.

    :raises NotWaiting: it was decided on, has expired, or its token may not do this any more.
    """
    if why := _what_the_token_lacks(request):
        _end(request, State.WITHDRAWN, why)
        raise NotWaiting(f"It is withdrawn: {why}")
    now = timezone.now()
    with transaction.atomic(using=DATABASE):
        waiting = WriteRequest.objects.using(DATABASE).filter(pk=request.pk, state=State.WAITING, expires_at__gt=now)
        # The decision is on record where it was taken.
        if not waiting.update(state=State.APPROVED, decided_by=by[:150], decided_at=now, is_told=True):
            raise NotWaiting("It does not wait any more")
        BulkJob.objects.using(DATABASE).filter(write_request=request, awaits_approval=True, completed_at=None).update(
            awaits_approval=False, status=BulkJob.Status.PROCESSING, status_message="", started_at=now
        )
    if request.job_id is not None:
        enqueue(request.job_id)


def request_refuse(request: WriteRequest, *, by: str) -> None:
    """End a waiting request. Nothing of it was done, and nothing will be.

    :raises NotWaiting: it was decided on, or has expired.
    """
    if not _end(request, State.REFUSED, "A second person refused it", decided_by=by[:150], decided_at=timezone.now()):
        raise NotWaiting("It does not wait any more")


def requests_settle() -> None:
    """End the requests that nobody decided on in time, and note what came of those that were carried out.

    Called by Celery beat and after a job's last slice; idempotent.
    """
    for request in WriteRequest.objects.using(DATABASE).filter(state=State.WAITING, expires_at__lte=timezone.now()):
        _end(request, State.EXPIRED, "Nobody decided on it in time")
    carried_out = WriteRequest.objects.using(DATABASE).filter(state=State.APPROVED)
    for request in carried_out.exclude(job__completed_at=None, job__isnull=False).select_related("job"):
        note_outcome(request)


def _end(request: WriteRequest, state: str, why: str, **decision: str | datetime) -> bool:
    """End a waiting request and its job in one transaction. Return False if it does not wait."""
    now = timezone.now()
    with transaction.atomic(using=DATABASE):
        waiting = WriteRequest.objects.using(DATABASE).filter(pk=request.pk, state=State.WAITING)
        # Whoever decides is on record for it elsewhere; what ended by itself is told to the trail.
        if not waiting.update(state=state, ended_at=now, is_told=bool(decision), **decision):
            return False
        job = BulkJob.objects.using(DATABASE).filter(write_request=request, awaits_approval=True).first()
        if job is not None:
            BulkJob.objects.using(DATABASE).filter(pk=job.pk, completed_at=None).update(
                status=BulkJob.Status.FAILED, status_message=why, completed_at=now, awaits_approval=False
            )
            cancel_waiting(job)
    return True


def _what_the_token_lacks(request: WriteRequest) -> str:
    """Return why the token may not do this any more, or an empty string."""
    token = request.token
    state = token.state(timezone.now())
    if state != "active":
        return f"the token is {state}"
    needed = {_RIGHTS[BulkJob.Action(request.action)]}
    if is_purge(request.destination):
        needed.add(Token.Right.PURGE)
    if token.scope != Token.Scope.WRITE or not needed <= set(token.rights):
        return "the token was narrowed and may not do this any more"
    return ""
