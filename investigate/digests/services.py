"""What the team and recipients change about digests, each with its audit entry in the same transaction."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import record
from dashboard.outbox.services import outbox_add
from investigate.digests.addresses import domain_part, plain_address
from investigate.digests.mail import choice_mail, digest_mail
from investigate.digests.models import DigestRule, HeldCopy, Person
from investigate.digests.rows import backend_columns, mine
from investigate.digests.rules import rules_now
from investigate.digests.states import ANY_DOMAIN

FIRST_TELLS = timedelta(days=1)
"""How far back the first digest tells after a rule was switched on."""
FIELDS = (
    "frequency", "hour", "weekday", "dispositions", "language", "time_zone", "quiet_from", "quiet_to",
    "may_ask_malicious",
)  # fmt: skip


class NoAddress(Exception):
    """The person has no address in their account that mail could be sent to."""


def rule_save(*, actor: Actor, domain: str, values: dict[str, Any]) -> DigestRule:
    """Set the rule of a domain, or of `*`. Whoever waits for a digest is planned anew."""
    with transaction.atomic():
        rule = mine(DigestRule).select_for_update().filter(domain=domain).first()
        now = timezone.now()
        rule = rule or DigestRule(**backend_columns(), domain=domain, told_since=now)
        was_on, before = rule.pk is not None and rule.is_on, {name: getattr(rule, name) for name in FIELDS}
        for name in FIELDS:
            setattr(rule, name, values[name])
        if rule.is_on and not was_on:
            rule.told_since = now - FIRST_TELLS
        rule.changed_by_name = actor.username[:150]
        rule.save()
        changed = {name: f"{before[name]} → {values[name]}" for name in FIELDS if before[name] != values[name]}
        record(
            actor=actor,
            action=AuditAction.DIGEST_RULE,
            object_kind="digest_rule",
            object_id=domain,
            outcome=Outcome.DONE,
            detail=changed,
        )
        _plan_anew(domain)
    return rule


def rule_delete(*, actor: Actor, rule: DigestRule) -> None:
    """Delete a rule: its domain follows `*` from now on, if that is on."""
    with transaction.atomic():
        if mine(DigestRule).filter(pk=rule.pk).delete()[0]:
            record(
                actor=actor,
                action=AuditAction.DIGEST_RULE,
                object_kind="digest_rule",
                object_id=rule.domain,
                outcome=Outcome.DONE,
                detail={"deleted": True},
            )
            _plan_anew(rule.domain)


def _plan_anew(domain: str) -> None:
    """Have the worker look at everybody of the domain for whom something is held that no digest told of."""
    waiting = HeldCopy.objects.filter(person=OuterRef("pk"), digest=None, is_held=True)
    people = mine(Person) if domain == ANY_DOMAIN else mine(Person).filter(domain=domain)
    people.filter(Exists(waiting)).update(next_at=timezone.now(), is_planned=False)


def choice_save(*, actor: Actor, person: Person, frequency: str, language: str, time_zone: str) -> None:
    """Set a person's own choices, and tell the person by mail what was changed. Empty ones are the rule's again."""
    values = {"frequency": frequency, "language": language, "time_zone": time_zone}
    with transaction.atomic():
        current = Person.objects.select_for_update().get(pk=person.pk)
        changed = {
            name: f"{getattr(current, name)} → {value}"
            for name, value in values.items()
            if getattr(current, name) != value
        }
        if not changed:
            return
        for name, value in values.items():
            setattr(current, name, value)
        if HeldCopy.objects.filter(person=current, digest=None, is_held=True).exists():
            current.next_at, current.is_planned = timezone.now(), False
        current.save()
        outbox_add([choice_mail(current, rules_now().of(current.domain), key=secrets.token_hex(8))])
        record(
            actor=Actor(None, f"recipient: {person.address}"[:150], "", actor.ip, actor.user_agent),
            action=AuditAction.DIGEST_CHOICE,
            object_kind="digest_person",
            object_id=person.address,
            outcome=Outcome.DONE,
            detail=changed,
        )


def digest_test(*, actor: Actor, user: User, rule: DigestRule) -> str:
    """Send the user a digest of made-up mail by this rule, and return the address. Raise NoAddress without one."""
    address = plain_address(user.email)
    if not address:
        raise NoAddress
    now = timezone.now()
    person = Person(pk=0, **backend_columns(), address=address, domain=domain_part(address))
    copies = [
        HeldCopy(
            pk=number,
            investigate_id=f"test-{number}",
            person=person,
            sender=f"news@shop-{number}.example",
            sender_name="A shop",
            subject=f"An example of mail that is held, number {number}",
            disposition=disposition,
            received_at=now - timedelta(hours=number),
        )
        for number, disposition in enumerate(rule.told, start=1)
    ]
    key = f"digest-test:{user.pk}:{secrets.token_hex(8)}"
    with transaction.atomic():
        outbox_add([digest_mail(person, rule, copies, now=now, key=key, test_to=address)])
        record(
            actor=actor,
            action=AuditAction.DIGEST_TEST,
            object_kind="digest_rule",
            object_id=rule.domain,
            outcome=Outcome.DONE,
        )
    return address
