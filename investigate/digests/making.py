"""Make the digests that are due, in slices: each a short transaction that writes mail and the marks of what it tells.

Mail is rendered before the transaction, so that nobody waits for it. If the worker dies, a slice is written as a whole
or not at all, so nothing is lost and nothing is told twice.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from dashboard.outbox.services import Outgoing, outbox_add
from investigate.digests.mail import digest_mail
from investigate.digests.models import Digest, HeldCopy, Person, Reading
from investigate.digests.rows import mine
from investigate.digests.rules import Rules, is_told, plan_of, reading_of, rules_now, untold
from investigate.digests.schedule import due_at
from investigate.digests.states import Frequency

AT_ONCE = 50
SECONDS = 15.0
LEASE = timedelta(seconds=60)
SPACING = timedelta(minutes=10)
"""Least time between two digests of a person who is told at once: a flood of mail is not to become one of digests."""
PAUSE = 0.02
"""Seconds between slices, in which others get at the database."""


@dataclass(slots=True)
class Outcome:
    """What is to be written for one person: when the worker looks next, and a digest if one is due."""

    person: Person
    next_at: datetime | None
    is_planned: bool = False
    copies: Sequence[HeldCopy] = ()
    mail: Outgoing | None = None


def digests_make(*, seconds: float = SECONDS) -> int:
    """Make digests that are due for up to `seconds`, and return how many. Return 0 without a mail server.

    One worker at a time does it; the lease of one that died ends after a minute.
    """
    if not settings.GATEHOUSE_SENDS_MAIL or not _claim():
        return 0
    try:
        made, deadline = 0, time.monotonic() + seconds
        while time.monotonic() < deadline:
            people = _due()
            if not people:
                break
            made += _write(_outcomes(people, rules_now(), timezone.now()))
            mine(Reading).update(making_until=timezone.now() + LEASE)
            time.sleep(PAUSE)
        return made
    finally:
        mine(Reading).update(making_until=None)


def _claim() -> bool:
    now = timezone.now()
    free = Q(making_until=None) | Q(making_until__lte=now)
    reading = reading_of()
    return bool(Reading.objects.filter(free, pk=reading.pk).update(making_until=now + LEASE))


def _due() -> list[Person]:
    return list(mine(Person).filter(next_at__lte=timezone.now()).order_by("next_at")[:AT_ONCE])


def _outcomes(people: list[Person], rules: Rules, now: datetime) -> list[Outcome]:
    """Return what is to be written for people who are due."""
    copies: dict[int, list[HeldCopy]] = {}
    for copy in untold(people):
        copies.setdefault(copy.person_id, []).append(copy)
    return [_outcome(person, copies.get(person.pk, []), rules, now) for person in people]


def _outcome(person: Person, copies: list[HeldCopy], rules: Rules, now: datetime) -> Outcome:
    rule = rules.of(person.domain)
    told = [copy for copy in copies if rule is not None and is_told(copy, rule)]
    if rule is None or not told:
        return Outcome(person, None)
    plan, after = plan_of(person, rule), now
    if plan.frequency == Frequency.IMMEDIATELY and person.last_at is not None:
        after = max(now, person.last_at + SPACING)
    due = due_at(plan, after)
    if due is None:
        return Outcome(person, None)
    if not person.is_planned and due > now:
        return Outcome(person, due, is_planned=True)
    # The newest key of what it tells of: no other digest tells of that copy, so no other has this key.
    key = f"digest:{person.pk}:{max(copy.pk for copy in told)}"
    return Outcome(person, None, copies=told, mail=digest_mail(person, rule, told, now=now, key=key))


def _write(outcomes: list[Outcome]) -> int:
    """Write a slice in one transaction, but for people whom somebody else changed meanwhile. Return its digests."""
    now = timezone.now()
    with transaction.atomic():
        current = Person.objects.select_for_update().filter(pk__in=[outcome.person.pk for outcome in outcomes])
        states = {person.pk: _version(person) for person in current}
        kept = [one for one in outcomes if states.get(one.person.pk) == _version(one.person)]
        sent = [one for one in kept if one.mail is not None]
        digests = Digest.objects.bulk_create(
            [Digest(person=one.person, made_at=now, size=len(one.copies)) for one in sent]
        )
        for outcome, digest in zip(sent, digests, strict=True):
            HeldCopy.objects.filter(pk__in=[copy.pk for copy in outcome.copies]).update(digest=digest)
            outcome.person.last_at = now
        outbox_add([one.mail for one in sent if one.mail is not None])
        for outcome in kept:
            outcome.person.next_at, outcome.person.is_planned = outcome.next_at, outcome.is_planned
        Person.objects.bulk_update([one.person for one in kept], ["next_at", "is_planned", "last_at"])
    return len(sent)


def _version(person: Person) -> tuple[object, ...]:
    return person.next_at, person.is_planned, person.last_at, person.frequency, person.language, person.time_zone
