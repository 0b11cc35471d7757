"""Looks the records of protected domains up, and keeps what they say with the domain."""

import logging
from datetime import timedelta
from typing import Final

from django.db.models import F, Q
from django.utils import timezone

from gateway.authentication.configured import resolver
from gateway.authentication.dmarc import BadPolicy, find_policy
from gateway.authentication.resolver import Lookups, NoDnsAnswer
from gateway.authentication.spf import check_host
from gateway.models import Domain
from gateway.policies.patterns import host_key

logger = logging.getLogger(__name__)
DATABASE: Final = "gateway"
CHECKED_EVERY: Final = timedelta(hours=1)
ASKED_AGAIN_AFTER: Final = timedelta(minutes=5)
AT_ONCE: Final = 20

# Addresses that nobody has (RFC 5737), in different parts of the range: who lets them send lets everybody.
_NOBODY: Final = ("192.0.2.77", "198.51.100.77", "203.0.113.77")
_SPF_STATUS: Final = {
    "pass": "open",
    "fail": "good",
    "softfail": "good",
    "neutral": "neutral",
    "none": "none",
    "permerror": "invalid",
}


def record_name(domain: str) -> str:
    """Return the name at which a domain publishes the proof that its operator owns it."""
    return f"_gatehouse-verification.{domain.rstrip('.')}"


def record_value(row: Domain) -> str:
    """Return the TXT record that proves the ownership."""
    return f"gatehouse-verification={row.txt_value}"


def check_domains() -> int:
    """Look up the domains that are due, those never looked at first, and return their number. Safe to run twice.

    A domain whose records could not be asked for keeps what is known of it, and is asked about again in five minutes.
    If the process dies, the domains that are left stay due.
    """
    asked = resolver()
    if asked is None:
        return 0
    now = timezone.now()
    is_due = Q(dns_due_at=None) | Q(dns_due_at__lte=now)
    due = list(Domain.objects.using(DATABASE).filter(is_due).order_by(F("dns_due_at").asc(nulls_first=True))[:AT_ONCE])
    for row in due:
        _check(row, asked.for_message())
    return len(due)


def _check(row: Domain, lookups: Lookups) -> None:
    now, name = timezone.now(), host_key(row.domain)
    mine = Domain.objects.using(DATABASE).filter(pk=row.pk)
    try:
        found = {
            "spf_status": _spf_status(name, lookups),
            "dmarc_status": _dmarc_status(name, lookups),
            "is_verified": _is_verified(row, lookups),
        }
    except NoDnsAnswer as error:
        logger.info("the records of %s could not be looked up: %s", name, error)
        mine.update(dns_due_at=now + ASKED_AGAIN_AFTER)
        return
    mine.update(**found, dns_checked_at=now, dns_due_at=now + CHECKED_EVERY)


def _spf_status(domain: str, lookups: Lookups) -> str:
    """Return what SPF says of servers that nobody has: good if they may not send, open if they may.

    :raises NoDnsAnswer: if the record, or one that it includes, could not be asked for.
    """
    results = [check_host(address, f"postmaster@{domain}", domain, lookups) for address in _NOBODY]
    for result in results:
        if result.result == "temperror":
            raise NoDnsAnswer(result.reason)
    said = [_SPF_STATUS[result.result] for result in results]
    return "open" if "open" in said else said[0]


def _dmarc_status(domain: str, lookups: Lookups) -> str:
    try:
        return "none" if find_policy(domain, lookups) is None else "good"
    except BadPolicy:
        return "invalid"


def _is_verified(row: Domain, lookups: Lookups) -> bool:
    return bool(row.txt_value) and record_value(row).encode() in lookups.texts(record_name(host_key(row.domain)))
