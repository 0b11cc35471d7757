"""Which rule holds for a domain, and what holds for one person after their own choices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from dashboard.people.preferences import available_zone_set
from investigate.digests.models import DigestRule, HeldCopy, Person, Reading
from investigate.digests.rows import backend_columns, mine
from investigate.digests.schedule import Plan
from investigate.digests.states import ANY_DOMAIN, MALICIOUS, Frequency, Language, kind_of


@dataclass(frozen=True, slots=True)
class Rules:
    """The team's rules, and the protected domains that they can hold for."""

    by_domain: dict[str, DigestRule]
    domains: frozenset[str]

    def of(self, domain: str) -> DigestRule | None:
        """Return the rule by which people of the domain get digests, or None if they get none."""
        if domain not in self.domains:
            return None
        rule = self.by_domain.get(domain) or self.by_domain.get(ANY_DOMAIN)
        return rule if rule is not None and rule.is_on else None

    @property
    def any_is_on(self) -> bool:
        """Return whether any rule is on, so that held mail has to be read."""
        return any(rule.is_on for rule in self.by_domain.values())


def rules_now() -> Rules:
    """Return the rules of the configured backend."""
    return Rules({rule.domain: rule for rule in mine(DigestRule)}, frozenset(reading_of().domains))


def reading_of() -> Reading:
    """Return how far held mail was read on the configured backend. Create the row if there is none."""
    return Reading.objects.get_or_create(**backend_columns())[0]


def plan_of(person: Person, rule: DigestRule) -> Plan:
    """Return when the person gets digests: their own choices, and the rule's where they chose nothing."""
    return Plan(
        frequency=Frequency(person.frequency or rule.frequency),
        hour=rule.hour,
        weekday=rule.weekday,
        zone=zone_of(person, rule),
        quiet_from=rule.quiet_from,
        quiet_to=rule.quiet_to,
    )


def zone_of(person: Person, rule: DigestRule | None) -> ZoneInfo:
    """Return the person's time zone. One that this machine does not know counts as UTC."""
    name = person.time_zone or (rule.time_zone if rule else "")
    return ZoneInfo(name if name in available_zone_set() else "UTC")


def language_of(person: Person, rule: DigestRule | None) -> str:
    """Return the language that the person is written to in."""
    name = person.language or (rule.language if rule else "")
    return name if name in Language.values else Language.ENGLISH.value


def may_be_asked_for(disposition: str, rule: DigestRule | None) -> bool:
    """Return whether people may ask for mail with this verdict. Without a rule nobody asks for anything."""
    if rule is None:
        return False
    return rule.may_ask_malicious or disposition.upper() not in MALICIOUS


def is_told(copy: HeldCopy, rule: DigestRule) -> bool:
    """Return whether a digest tells of the copy, if it is the person's turn."""
    return kind_of(copy.disposition) in rule.told and copy.received_at >= rule.told_since


def untold(people: Iterable[Person]) -> list[HeldCopy]:
    """Return what is held for these people and no digest told of yet, the newest first."""
    rows = HeldCopy.objects.filter(person__in=[person.pk for person in people], digest=None, is_held=True)
    return list(rows.order_by("-received_at", "-id"))
