"""What the worker does with requests: answer what a job has proven, put back what it did not do, let others expire."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from api_client import ApiError
from api_client.models import DeliveryStatus, Message
from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import SYSTEM
from dashboard.audit.services import record
from dashboard.backend import api_client_for_background
from dashboard.jobs.models import JobItem
from dashboard.jobs.states import ItemState, JobState, Proof
from dashboard.outbox.services import outbox_add
from investigate.digests.models import HeldCopy
from investigate.digests.rows import mine
from investigate.release_requests.mail import ABOUT, request_mail
from investigate.release_requests.models import ReleaseRequest, RequestState

AT_ONCE = 100
LOOKED_AT_ONCE = 10
LOOK_AGAIN = timedelta(minutes=10)
LOOKED_FOR = timedelta(hours=24)
"""How long a release whose delivery is not proven is looked at again before a person has to."""

_WHY = {
    JobState.REFUSED: "A second person refused the job.",
    JobState.EXPIRED: "Nobody approved the job in time.",
    JobState.CANCELLED: "The job was cancelled.",
}


def requests_keep() -> None:
    """Settle what jobs did, and let expire what is over. Safe to run twice."""
    _settle()
    _expire()


def _settle() -> None:
    now = timezone.now()
    due = mine(ReleaseRequest).filter(Q(check_after=None) | Q(check_after__lte=now), state=RequestState.ALLOWED)
    ended = due.filter(Q(job=None) | Q(job__finished_at__isnull=False)).select_related("job").order_by("id")
    looks = 0
    for request in ended[:AT_ONCE]:
        why = _why_not_proven(request)
        if why is None and looks < LOOKED_AT_ONCE:
            looks += 1
            why = _look(request)
        if why is not None:
            _end(request, why)


def _why_not_proven(request: ReleaseRequest) -> str | None:
    """Return "" if the job proved it, a sentence if it did not do it, or None if the message has to be looked at."""
    job = request.job
    if job is None:
        return "The job was deleted before it was proven."
    item = JobItem.objects.filter(job=job, investigate_id=request.investigate_id).prefetch_related("outcomes").first()
    if item is None or item.state != ItemState.DONE:
        told = (item.error if item else "") or job.error or f"The job is {job.get_state_display().lower()}."
        return _WHY.get(JobState(job.state), f"The message was not released: {told}")
    if item.proof != Proof.PLACE:
        return None
    outcomes = {outcome.recipient.casefold(): outcome for outcome in item.outcomes.all()}
    mine_ = outcomes.get(request.recipient.casefold())
    if outcomes and mine_ is None:
        return "The API released the message, but names no copy for this recipient."
    if mine_ is not None and not mine_.success:
        return f"The API released the message, but not to this recipient: {mine_.words}."
    return ""


def _look(request: ReleaseRequest) -> str | None:
    """Read the message. Return "" if it left quarantine and no copy waits, None to look again, or why not."""
    try:
        message = api_client_for_background().investigate.get(request.investigate_id)
    except ApiError as error:
        return _again(request, f"The message could not be read: {error.reason}")
    if message.is_quarantined and not (request.job and request.job.recipient):
        return _again(request, "The API accepted the release, and still shows the message as held.")
    if _waits(message):
        return _again(request, "The message was released, and its delivery is not proven.")
    return ""


def _waits(message: Message) -> bool:
    return DeliveryStatus.QUEUED in (message.delivery_status or ())


def _again(request: ReleaseRequest, why: str) -> str | None:
    now = timezone.now()
    if request.decided_at is not None and request.decided_at < now - LOOKED_FOR:
        return why
    ReleaseRequest.objects.filter(pk=request.pk).update(check_after=now + LOOK_AGAIN, trouble=why[:1000])
    return None


@transaction.atomic
def _end(request: ReleaseRequest, why: str) -> None:
    """Tell the recipient that it is in the mailbox, or with a reason put the request back into the queue."""
    current = ReleaseRequest.objects.select_for_update().get(pk=request.pk)
    if current.state != RequestState.ALLOWED:
        return
    now = timezone.now()
    current.check_after, current.trouble = None, why[:1000]
    if why:
        current.state, current.job = RequestState.WAITING, None
        current.claimed_by, current.claimed_by_name, current.claimed_at = None, "", None
        current.expires_at = max(current.expires_at, now + timedelta(days=1))
        action = AuditAction.REQUEST_BACK
    else:
        current.state, current.ended_at = RequestState.DONE, now
        if current.copy_id is not None:
            HeldCopy.objects.filter(pk=current.copy_id).update(is_held=False, released_at=now)
        outbox_add([request_mail(current, "released")])
        action = AuditAction.REQUEST_ANSWER
    current.save()
    _record(current, action, why=why)


def _expire() -> None:
    """End requests that nobody confirmed, without a word, and those that nobody decided on, with an answer."""
    over = mine(ReleaseRequest).filter(expires_at__lte=timezone.now())
    for state in (RequestState.OPENED, RequestState.WAITING):
        for request in over.filter(state=state).order_by("id")[:AT_ONCE]:
            with transaction.atomic():
                current = ReleaseRequest.objects.select_for_update().get(pk=request.pk)
                if current.state != state:
                    continue
                current.state, current.ended_at = RequestState.EXPIRED, timezone.now()
                current.save(update_fields=["state", "ended_at"])
                if state == RequestState.WAITING:
                    outbox_add([request_mail(current, "expired")])
                _record(current, AuditAction.REQUEST_EXPIRE, confirmed=state == RequestState.WAITING)


def _record(request: ReleaseRequest, action: AuditAction, **detail: object) -> None:
    what = {"kind": request.kind, "recipient": request.recipient, "message": request.investigate_id}
    record(
        actor=SYSTEM,
        action=action,
        object_kind=ABOUT,
        object_id=str(request.pk),
        outcome=Outcome.DONE,
        detail={**what, **{name: value for name, value in detail.items() if value != ""}},
    )
