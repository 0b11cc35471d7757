"""A team whose people get digests, on the fake API: rules are set, held mail is read, and digests are made by hand."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.utils import timezone

from dashboard.audit.actor import SYSTEM
from dashboard.outbox.models import OutboxEntry
from dashboard.walking.running import walk_run
from investigate.digests.making import SPACING, digests_make
from investigate.digests.models import DigestRule, HeldWalk, Person, Reading
from investigate.digests.reading import reading_start
from investigate.digests.rules import reading_of
from investigate.digests.services import rule_save
from investigate.digests.states import USUAL
from tests.investigate.fake_api import held

PLAIN = {
    "frequency": "immediately",
    "hour": 8,
    "weekday": 0,
    "dispositions": USUAL,
    "language": "en",
    "time_zone": "UTC",
    "quiet_from": 0,
    "quiet_to": 0,
    "may_ask_malicious": False,
}
ANNA = "anna@team.example"


@pytest.fixture
def digests(api, db, settings):
    """The API protects team.example, and everybody of it is told at once."""
    # What is counted for each link lies in the cache, and the tests' links may be the same within a second.
    caches["default"].clear()
    settings.GATEHOUSE_SENDS_MAIL = True
    settings.GATEHOUSE_URL = "http://testserver"
    api.domains = ["team.example", "quiet.example"]
    set_rule("team.example")
    return api


def set_rule(domain: str, **values) -> DigestRule:
    """Set the rule of a domain, as a policy admin does."""
    rule = rule_save(actor=SYSTEM, domain=domain, values=PLAIN | values)
    DigestRule.objects.filter(pk=rule.pk).update(told_since=timezone.now() - timedelta(days=30))
    return rule


def spam(number: int = 1, to: tuple[str, ...] = (ANNA,), **fields):
    """Return held spam for these people."""
    return held(number, **{"final_disposition": "SPAM", "client_recipients": list(to)} | fields)


def read(*, whole: bool = False) -> None:
    """Read held mail as the worker does: the newest, or all of it."""
    reading_of()
    anew = {"swept_at": None, "read_up_to": timezone.now()} if whole else {"read_up_to": None}
    Reading.objects.update(domains_tried_at=None, **anew)
    reading_start()
    for walk in HeldWalk.objects.filter(state__in=["queued", "running"]):
        walk_run("digests.heldwalk", walk.pk)


def make() -> int:
    """Make the digests that are due, without waiting for a lease or for ten minutes after the one before."""
    Reading.objects.update(making_until=None)
    Person.objects.filter(last_at__isnull=False).update(last_at=timezone.now() - SPACING)
    return digests_make()


def mails(to: str = ANNA, template: str = "digest:") -> list[dict]:
    """Return the mail that waits in the outbox for an address, the oldest first."""
    rows = OutboxEntry.objects.filter(destination=to, key__startswith=template).order_by("id")
    return [row.payload for row in rows]


def person(address: str = ANNA) -> Person:
    """Return a recipient."""
    return Person.objects.get(address=address)
