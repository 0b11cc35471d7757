"""Queries of digests: the rules beside the protected domains, how far held mail was read, a person's list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from dashboard.walking.models import ACTIVE_WALKS, WalkState
from investigate.digests.models import Digest, DigestRule, HeldCopy, HeldWalk, Person
from investigate.digests.rows import mine
from investigate.digests.rules import reading_of
from investigate.digests.states import ANY_DOMAIN

PER_PAGE = 50
COUNTED_AT_MOST = 100_000


@dataclass(frozen=True, slots=True)
class DomainRow:
    """One line of the settings: a domain, its rule if it has one, and whether the API lists it as protected."""

    domain: str
    rule: DigestRule | None
    is_protected: bool


@dataclass(frozen=True, slots=True)
class ReadingState:
    """How far held mail was read. `error` is why the last try failed, empty if it did not, or was not tried."""

    read_up_to: datetime | None
    swept_at: datetime | None
    has_gaps: bool
    error: str
    is_running: bool
    domains_at: datetime | None
    domains_error: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What digests did: people known, copies that are held for them, and digests of the last seven days."""

    people: int
    held: int
    digests: int


def domain_rows() -> list[DomainRow]:
    """Return a line for `*`, for each protected domain, and for each rule whose domain is not protected any more."""
    rules = {rule.domain: rule for rule in mine(DigestRule)}
    protected = set(reading_of().domains)
    names = [ANY_DOMAIN, *sorted(protected | (rules.keys() - {ANY_DOMAIN}))]
    return [DomainRow(name, rules.get(name), name in protected) for name in names]


def rule_of(domain: str) -> DigestRule | None:
    """Return the rule of the domain itself, if it has one."""
    found: DigestRule | None = mine(DigestRule).filter(domain=domain).first()
    return found


def reading_state() -> ReadingState:
    """Return how far held mail was read, and why the last try failed if it did."""
    reading = reading_of()
    walks = list(mine(HeldWalk).order_by("-created_at")[:20])
    newest = {walk.is_sweep: walk for walk in reversed(walks)}
    failed = [walk for walk in newest.values() if walk.error and walk.state != WalkState.DONE]
    return ReadingState(
        read_up_to=reading.read_up_to,
        swept_at=reading.swept_at,
        has_gaps=reading.has_gaps,
        error=failed[0].error if failed else "",
        is_running=any(walk.state in ACTIVE_WALKS for walk in newest.values()),
        domains_at=reading.domains_at,
        domains_error=reading.domains_error,
    )


def figures() -> Figures:
    """Return what digests did, each number bounded."""
    week = timezone.now() - timedelta(days=7)
    return Figures(
        people=mine(Person)[:COUNTED_AT_MOST].count(),
        held=mine(HeldCopy).filter(is_held=True)[:COUNTED_AT_MOST].count(),
        digests=Digest.objects.filter(person__in=mine(Person), made_at__gt=week)[:COUNTED_AT_MOST].count(),
    )


def held_page(person: Person, *, number: int) -> tuple[list[HeldCopy], bool]:
    """Return a page of what is held for a person, the newest first, and whether another follows."""
    since = timezone.now() - timedelta(days=settings.GATEHOUSE_DIGEST_DAYS)
    rows = HeldCopy.objects.filter(person=person, is_held=True, received_at__gte=since).select_related("person")
    first = (number - 1) * PER_PAGE
    found = list(rows.order_by("-received_at", "-id")[first : first + PER_PAGE + 1])
    return found[:PER_PAGE], len(found) > PER_PAGE


def person_of(person_id: int) -> Person | None:
    """Return a person of the configured backend."""
    found: Person | None = mine(Person).filter(pk=person_id).first()
    return found


def copy_of(copy_id: int, person_id: int) -> HeldCopy | None:
    """Return a copy if it is this person's, else None: one person's link opens nothing of another's."""
    found: HeldCopy | None = mine(HeldCopy).filter(pk=copy_id, person_id=person_id).select_related("person").first()
    return found
