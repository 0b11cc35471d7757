"""What the team does with requests: claim, allow, refuse."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from api_client import Client
from api_client.models import Message
from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import record
from dashboard.jobs.services import can_release_one_copy, job_create
from dashboard.jobs.states import JobAction
from dashboard.outbox.services import outbox_add
from dashboard.sender_blocks import sender_block
from investigate.release_requests.mail import ABOUT, request_mail
from investigate.release_requests.models import Kind, ReleaseRequest, RequestState

LONGEST_ANSWER = 1000


class AlreadyDecided(Exception):
    """The request does not wait for a decision: somebody else has decided, or it has expired."""


class AlreadyClaimed(Exception):
    """Another person has claimed the request."""


class OthersToo(Exception):
    """The API releases a message to all of its recipients, and that was not agreed to."""


@transaction.atomic
def request_claim(request: ReleaseRequest, *, user: User, actor: Actor) -> None:
    """Claim a request. Raise AlreadyClaimed if another person has it."""
    free = ReleaseRequest.objects.filter(pk=request.pk, claimed_by=None, state=RequestState.WAITING)
    if free.update(claimed_by=user, claimed_by_name=user.get_username(), claimed_at=timezone.now()):
        _record(request, actor, AuditAction.REQUEST_CLAIM)
    elif not ReleaseRequest.objects.filter(pk=request.pk, claimed_by=user).exists():
        raise AlreadyClaimed


@transaction.atomic
def request_unclaim(request: ReleaseRequest, *, actor: Actor) -> None:
    """Give a request back, also another person's, so that nobody waits for somebody who is away."""
    claimed = ReleaseRequest.objects.filter(pk=request.pk, claimed_by__isnull=False)
    if claimed.update(claimed_by=None, claimed_by_name="", claimed_at=None):
        _record(request, actor, AuditAction.REQUEST_UNCLAIM, claimed_by=request.claimed_by_name)


def release_allow(
    request: ReleaseRequest, *, user: User, actor: Actor, message: Message, answer: str, takes_all: bool
) -> None:
    """Allow a release: start an ordinary job, which may need a second person. The recipient hears once it is proven.

    The job is for this recipient alone, where the API can do that.
    Raise OthersToo if the message went to several people and `takes_all` does not say that all may get it, and
    AlreadyDecided if it does not wait. The job and the decision are written together, or neither.
    """
    several = len(set(message.client_recipients)) > 1
    alone = several and can_release_one_copy()
    if several and not alone and not takes_all:
        raise OthersToo
    with transaction.atomic():
        current = _waiting(request)
        current.job = job_create(
            user=user,
            actor=actor,
            action=JobAction.RELEASE,
            messages=[message],
            recipient=_as_named(message, current.recipient) if alone else "",
            reason=f"Request {current.reference}: {current.recipient} asked for it.",
        )
        current.state = RequestState.ALLOWED
        _decide(current, user, answer)
        _record(current, actor, AuditAction.REQUEST_ALLOW, job=str(current.job.pk), **_told(current))


def block_allow(request: ReleaseRequest, *, user: User, actor: Actor, client: Client, answer: str) -> None:
    """Block the sender, for everybody since the API knows no other block, and tell the recipient.

    The call comes first and blocks once however often it is made. So if the process dies after it, the request still
    waits, and is allowed again. Raise ApiError if the API can't be asked, AlreadyDecided if it does not wait.
    """
    if not ReleaseRequest.objects.filter(pk=request.pk, state=RequestState.WAITING).exists():
        raise AlreadyDecided
    why = f"Request {request.reference} of {request.recipient}"
    sender_block(actor=actor, sender=request.sender, comments=why[:200], why=why, client=client)
    with transaction.atomic():
        current = _waiting(request)
        current.state, current.ended_at = RequestState.DONE, timezone.now()
        _decide(current, user, answer)
        outbox_add([request_mail(current, "blocked")])
        _record(current, actor, AuditAction.REQUEST_ALLOW, **_told(current))


@transaction.atomic
def request_refuse(request: ReleaseRequest, *, user: User, actor: Actor, answer: str) -> None:
    """Refuse a request, and tell the recipient. Raise AlreadyDecided if it does not wait."""
    current = _waiting(request)
    current.state, current.ended_at = RequestState.REFUSED, timezone.now()
    _decide(current, user, answer)
    outbox_add([request_mail(current, "refused")])
    _record(current, actor, AuditAction.REQUEST_REFUSE, **_told(current))


def _as_named(message: Message, recipient: str) -> str:
    """Return the recipient as the API writes it; our own rows are in lower case."""
    return next((one for one in message.client_recipients if one.casefold() == recipient.casefold()), recipient)


def _waiting(request: ReleaseRequest) -> ReleaseRequest:
    """Lock the request for the transaction. Raise AlreadyDecided if it does not wait."""
    found = ReleaseRequest.objects.select_for_update().filter(pk=request.pk, state=RequestState.WAITING).first()
    if found is None:
        raise AlreadyDecided
    return found


def _decide(request: ReleaseRequest, user: User, answer: str) -> None:
    request.decided_by_name, request.decided_at = user.get_username(), timezone.now()
    request.answer, request.trouble = answer[:LONGEST_ANSWER], ""
    request.save()


def _told(request: ReleaseRequest) -> dict[str, Any]:
    what = {"kind": request.kind, "recipient": request.recipient, "message": request.investigate_id}
    return what | {"sender": request.sender} if request.kind == Kind.BLOCK else what


def _record(request: ReleaseRequest, actor: Actor, action: AuditAction, **detail: object) -> None:
    record(
        actor=actor, action=action, object_kind=ABOUT, object_id=str(request.pk), outcome=Outcome.DONE, detail=detail
    )
