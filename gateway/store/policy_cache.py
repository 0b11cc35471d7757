"""Cache of an account's policy: reads the settings from the database again when they have changed."""

import time
from dataclasses import dataclass

from django.conf import settings
from django.db.models import F

from gateway.detect import Context
from gateway.models import (
    AllowPolicy,
    BlockedSender,
    ContentPolicy,
    Domain,
    PolicyVersion,
    RegistryEntry,
    SendingDomainRestriction,
    TrustedDomain,
    UrlIgnorePattern,
)
from gateway.policies.compiled_policy import Allow, Block, ContentRule, Policy, Receiving, Trust
from gateway.policies.expressions import ExpressionTable
from gateway.policies.pattern_table import Pattern, PatternTable
from gateway.policies.patterns import PatternType, host_key, network_key

_SECONDS = 5.0
DATABASE = "gateway"


@dataclass(slots=True)
class _Known:
    looked_at: float
    version: int
    policy: Policy


_known: dict[str, _Known] = {}


def policy(account_id: str) -> Policy:
    """Return the settings of an account, at most five seconds old."""
    known = _known.get(account_id)
    now = time.monotonic()
    if known is not None and now - known.looked_at <= _SECONDS:
        return known.policy
    version = _version(account_id)
    if known is None or known.version != version:
        known = _known[account_id] = _Known(now, version, _read(account_id))
    known.looked_at = now
    return known.policy


def context(account_id: str) -> Context:
    """Return the detectors' context: the organisation's domains and people."""
    return policy(account_id).context


def forget() -> None:
    """Drop the cached settings. Call it after changing settings, so that this process uses them at once."""
    _known.clear()


def changing(account_id: str) -> None:
    """Increment the account's policy version in the caller's transaction, which is the one that changes settings.

    Other changes to the account wait until that transaction ends.
    """
    PolicyVersion.objects.using(DATABASE).get_or_create(pk=account_id)
    PolicyVersion.objects.using(DATABASE).filter(pk=account_id).update(number=F("number") + 1)


def _version(account_id: str) -> int:
    found = PolicyVersion.objects.using(DATABASE).filter(pk=account_id).values_list("number", flat=True).first()
    return found or 0


def _read(account_id: str) -> Policy:
    domains = list(Domain.objects.using(DATABASE).filter(account_id=account_id))
    people = list(RegistryEntry.objects.using(DATABASE).filter(account_id=account_id).order_by("created_at", "pk"))
    trusted = list(TrustedDomain.objects.using(DATABASE).filter(account_id=account_id))
    ignored = UrlIgnorePattern.objects.using(DATABASE).filter(account_id=account_id)
    return Policy(
        context=Context(
            protected_domains=frozenset(host_key(row.domain) for row in domains),
            trusted_domains=frozenset(
                host_key(row.pattern) for row in trusted if row.is_similarity and not row.is_regex
            ),
            impersonation_registry=tuple((row.name, row.email) for row in people),
        ),
        blocked=_blocked(account_id),
        allowed=_allowed(account_id),
        trusted=PatternTable(
            Pattern(row.pattern, PatternType.DOMAIN, row.is_regex, Trust(row.pattern, row.is_similarity, row.is_recent))
            for row in trusted
        ),
        people=ExpressionTable((row.email, index) for index, row in enumerate(people) if row.is_email_regex),
        content=_content(account_id),
        ignored_urls=ExpressionTable((text, text) for text in ignored.values_list("pattern", flat=True)),
        drops={host_key(row.domain): frozenset(row.drop_dispositions) for row in domains},
        receiving={host_key(row.domain): _receiving(row) for row in domains},
        tls_senders={
            host_key(row.domain): frozenset(host_key(name) for name in row.exclude)
            for row in SendingDomainRestriction.objects.using(DATABASE).filter(account_id=account_id)
        },
    )


def _receiving(row: Domain) -> Receiving:
    networks = (network_key(text) for text in row.ip_restrictions)
    return Receiving(
        tuple(network for network in networks if network is not None),
        bool(row.require_tls_inbound),
        row.lookback_hops,
    )


def _blocked(account_id: str) -> PatternTable[Block]:
    found = BlockedSender.objects.using(DATABASE).filter(account_id=account_id).order_by("created_at", "pk")
    return PatternTable(
        Pattern(text, PatternType(kind), is_regex, Block(text))
        for text, kind, is_regex in found.values_list("pattern", "pattern_type", "is_regex").iterator()
    )


def _allowed(account_id: str) -> PatternTable[Allow]:
    found = AllowPolicy.objects.using(DATABASE).filter(account_id=account_id).order_by("created_at", "pk")
    return PatternTable(
        Pattern(
            row.pattern,
            PatternType(row.pattern_type),
            row.is_regex,
            Allow(
                pattern=row.pattern,
                trusted_sender=row.is_trusted_sender,
                acceptable_sender=row.is_acceptable_sender,
                exempt_recipient=row.is_exempt_recipient,
                verify_sender=row.verify_sender,
            ),
        )
        for row in found.iterator()
    )


def _content(account_id: str) -> tuple[ContentRule, ...]:
    found = ContentPolicy.objects.using(DATABASE).filter(account_id=account_id, enabled=True)
    return tuple(
        ContentRule(row.name, row.pattern, "SUBJECT" in row.targets, "BODY" in row.targets)
        for row in found.order_by("created_at", "pk")
    )


def trusted_authserv_ids() -> frozenset[str]:
    """Return the servers whose Authentication-Results are trusted: only those that the operator configured."""
    return frozenset(name.casefold() for name in settings.GATEWAY_TRUSTED_AUTHSERV_IDS)
