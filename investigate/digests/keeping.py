"""Store who a page of held messages is held for: a row for each recipient in a protected domain with digests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from api_client.models import Message
from investigate.campaigns.grouping.traits import storable
from investigate.digests.addresses import domain_part, plain_address
from investigate.digests.models import HeldCopy, Person
from investigate.digests.rows import backend_columns, mine
from investigate.digests.rules import Rules, is_told

AT_ONCE = 400
RECIPIENTS_AT_MOST = 1_000
"""People of one message who are told. A message to more people goes to lists, whose members the API does not name."""
LONGEST_ID = 255
_SHOWN = ("sender", "sender_name", "subject", "disposition", "recipients", "is_held")


def copies_store(found: Sequence[Message], rules: Rules) -> None:
    """Write the rows of a page in one transaction, and have the worker look at those with something new to tell.

    Known rows are overwritten, so it may run twice.
    """
    now = timezone.now()
    held = [(message, people) for message in found if (people := _people_of(message, rules))]
    with transaction.atomic():
        persons = _persons({address for _message, addresses in held for address in addresses})
        rows = [
            _row(message, persons[address], now)
            for message, addresses in held
            for address in addresses
            if address in persons
        ]
        told: set[int] = set()
        for start in range(0, len(rows), AT_ONCE):
            told |= _store(rows[start : start + AT_ONCE], rules, persons, now)
        _wake(told, now)


def _people_of(message: Message, rules: Rules) -> list[str]:
    """Return the recipients who may be told of the message. Mail without a time or a usable id is left out."""
    if not message.scanned_at or not 0 < len(message.id) <= LONGEST_ID or storable(message.id) != message.id:
        return []
    if is_our_own(message.from_ or ""):
        return []
    addresses = (plain_address(text) for text in message.client_recipients[:RECIPIENTS_AT_MOST])
    return list(dict.fromkeys(one for one in addresses if one and rules.of(domain_part(one)) is not None))


def is_our_own(sender: str) -> bool:
    """Return whether mail claims to be from the console: a digest that is held itself must not lead to another."""
    return sender.strip().lower() == parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower()


def _persons(addresses: set[str]) -> dict[str, Person]:
    """Return the people by address. Those who are new are written."""
    wanted = sorted(addresses)
    known = _find(wanted)
    fresh = [
        Person(**backend_columns(), address=address, domain=domain_part(address))
        for address in wanted
        if address not in known
    ]
    Person.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=AT_ONCE)
    return known | _find([person.address for person in fresh])


def _find(addresses: list[str]) -> dict[str, Person]:
    found: dict[str, Person] = {}
    for start in range(0, len(addresses), AT_ONCE):
        rows = mine(Person).filter(address__in=addresses[start : start + AT_ONCE])
        found |= {person.address: person for person in rows}
    return found


def _store(rows: list[HeldCopy], rules: Rules, persons: dict[str, Person], now: datetime) -> set[int]:
    """Write some rows. Return the keys of the people for whom one of them is new to tell."""
    known = _known(rows)
    fresh, changed, same = [], [], []
    for row in rows:
        before = known.get((row.person_id, row.investigate_id))
        row.is_held = row.is_held and (before is None or before.released_at is None)
        if before is None:
            fresh.append(row)
        elif any(getattr(row, name) != getattr(before, name) for name in _SHOWN):
            row.pk = before.pk
            changed.append(row)
        else:
            same.append(before.pk)
    HeldCopy.objects.bulk_create(fresh, ignore_conflicts=True)
    HeldCopy.objects.bulk_update(changed, [*_SHOWN, "seen_at"])
    HeldCopy.objects.filter(pk__in=same).update(seen_at=now)
    domains = {person.pk: person.domain for person in persons.values()}
    return {row.person_id for row in (*fresh, *changed) if row.is_held and _tells(row, rules, domains)}


def _known(rows: Iterable[HeldCopy]) -> dict[tuple[int, str], HeldCopy]:
    found = HeldCopy.objects.filter(investigate_id__in={row.investigate_id for row in rows}, **backend_columns())
    return {(row.person_id, row.investigate_id): row for row in found}


def _tells(row: HeldCopy, rules: Rules, domains: dict[int, str]) -> bool:
    rule = rules.of(domains[row.person_id])
    return rule is not None and is_told(row, rule)


def _wake(keys: set[int], now: datetime) -> None:
    """Have the worker find out when these people's digests are due, unless it knows."""
    wanted = sorted(keys)
    for start in range(0, len(wanted), AT_ONCE):
        sleeping = Person.objects.filter(pk__in=wanted[start : start + AT_ONCE], next_at=None)
        sleeping.update(next_at=now, is_planned=False)


def _row(message: Message, person: Person, now: datetime) -> HeldCopy:
    shown: dict[str, Any] = {
        "sender": _text(message.from_ or message.envelope_from, 320),
        "sender_name": _text(message.from_name, 200),
        "subject": _text(message.subject, 500),
        "disposition": _text(message.final_disposition, 32).upper(),
        "recipients": len(message.client_recipients),
        "is_held": message.is_quarantined,
    }
    return HeldCopy(
        **backend_columns(),
        **shown,
        investigate_id=message.id,
        person=person,
        received_at=message.scanned_at or now,
        seen_at=now,
    )


def _text(value: str | None, longest: int) -> str:
    return storable(value or "")[:longest]
