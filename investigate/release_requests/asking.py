"""What recipients do: open a request, and confirm it. Both are safe to do twice.

Opening one asks the team for nothing. It has a link mailed to the recipient, by which it is confirmed; so whoever was
forwarded a digest, and a scanner that follows its links, asks for nothing.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import record
from dashboard.outbox.services import outbox_add
from investigate.digests.models import HeldCopy, Person
from investigate.digests.rows import backend_columns, mine
from investigate.digests.rules import language_of, may_be_asked_for, rules_now, zone_of
from investigate.release_requests.links import CONFIRM_WITHIN, confirm_url
from investigate.release_requests.mail import ABOUT, request_mail
from investigate.release_requests.models import Kind, ReleaseRequest, RequestState

MAIL_AGAIN_AFTER = timedelta(minutes=10)


class TooMany(Exception):
    """The recipient has made as many requests in 24 hours as one may."""


class NotHeld(Exception):
    """The mail is not held any more."""


class NotAllowed(Exception):
    """The team does not take requests for mail with this verdict, or for this recipient."""


def recipient_actor(person: Person, actor: Actor) -> Actor:
    """Return a recipient as an actor. No account has such a name, since it has a colon in it."""
    name = f"recipient: {person.address}"
    return Actor(user_id=None, username=name[:150], role="", ip=actor.ip, user_agent=actor.user_agent)


def latest_request(kind: str, copy: HeldCopy) -> ReleaseRequest | None:
    """Return the newest request of this kind for the copy, in any state."""
    found: ReleaseRequest | None = (
        mine(ReleaseRequest)
        .filter(kind=kind, investigate_id=copy.investigate_id, recipient=copy.person.address)
        .order_by("-id")
        .first()
    )
    return found


def request_open(*, kind: str, copy: HeldCopy, actor: Actor, is_confirmed: bool) -> ReleaseRequest:
    """Open a request, or join the one that there is, and have a link to confirm it mailed to the recipient.

    With `is_confirmed` the browser has proved before that it is the recipient's: the request waits for the team at
    once. One that was refused is returned as it is. Raise NotAllowed, NotHeld or TooMany.
    """
    _check(kind, copy)
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=copy.person_id)
        found = latest_request(kind, copy)
        if found is not None and found.state != RequestState.EXPIRED:
            _join(found)
        else:
            _check_bound(person)
            found = _new(kind, copy, person)
            _record(found, person, actor, AuditAction.REQUEST_OPEN)
        if found.state == RequestState.OPENED:
            if is_confirmed:
                _confirm(found, person, actor)
            else:
                _mail_link(found)
    return found


def request_confirm(*, request: ReleaseRequest, actor: Actor) -> bool:
    """Put a request before the team, once its recipient has confirmed it. Return False if it does not wait for that.

    Raise NotAllowed or NotHeld.
    """
    copy, person = request.copy, request.person
    if copy is None or person is None:
        raise NotHeld
    _check(request.kind, copy)
    with transaction.atomic():
        current = ReleaseRequest.objects.select_for_update().get(pk=request.pk)
        if current.state != RequestState.OPENED:
            return False
        _confirm(current, person, actor)
    return True


def _check(kind: str, copy: HeldCopy) -> None:
    rule = rules_now().of(copy.person.domain)
    if rule is None or (kind == Kind.RELEASE and not may_be_asked_for(copy.disposition, rule)):
        raise NotAllowed
    if kind == Kind.RELEASE and not copy.is_held:
        raise NotHeld


def _check_bound(person: Person) -> None:
    since = timezone.now() - timedelta(hours=24)
    lately = ReleaseRequest.objects.filter(person=person, opened_at__gt=since)
    if lately.count() >= settings.GATEHOUSE_REQUESTS_PER_DAY:
        raise TooMany


def _new(kind: str, copy: HeldCopy, person: Person) -> ReleaseRequest:
    rule, now = rules_now().of(person.domain), timezone.now()
    return ReleaseRequest.objects.create(
        **backend_columns(),
        kind=kind,
        person=person,
        copy=copy,
        investigate_id=copy.investigate_id,
        recipient=person.address,
        language=language_of(person, rule),
        time_zone=zone_of(person, rule).key,
        sender=copy.sender,
        sender_name=copy.sender_name,
        subject=copy.subject,
        disposition=copy.disposition,
        received_at=copy.received_at,
        reference=copy.reference,
        opened_at=now,
        expires_at=now + CONFIRM_WITHIN,
    )


def _join(request: ReleaseRequest) -> None:
    request.asked = min(request.asked + 1, 1_000_000)
    request.save(update_fields=["asked"])


def _mail_link(request: ReleaseRequest) -> None:
    """Mail the link, at most one in ten minutes however often it is asked for."""
    step = int(timezone.now().timestamp() // MAIL_AGAIN_AFTER.total_seconds())
    outbox_add([request_mail(request, "confirm", once=str(step), confirm_url=confirm_url(request.pk))])


def _confirm(request: ReleaseRequest, person: Person, actor: Actor) -> None:
    now = timezone.now()
    request.state, request.confirmed_at = RequestState.WAITING, now
    request.expires_at = now + timedelta(days=settings.GATEHOUSE_REQUEST_OPEN_DAYS)
    request.save(update_fields=["state", "confirmed_at", "expires_at"])
    outbox_add([request_mail(request, "received")])
    _record(request, person, actor, AuditAction.REQUEST_CONFIRM)


def _record(request: ReleaseRequest, person: Person, actor: Actor, action: AuditAction) -> None:
    record(
        actor=recipient_actor(person, actor),
        action=action,
        object_kind=ABOUT,
        object_id=str(request.pk),
        outcome=Outcome.DONE,
        detail={"kind": request.kind, "message": request.investigate_id},
    )
