"""Descriptions of the policies that match senders or recipients: allow policies, blocked senders, trusted domains."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from settings_admin.kinds.description import Fault, Field, Input, Kind, Values
from settings_admin.kinds.shared_fields import (
    COMMENTS,
    IS_REGEX,
    PATTERN_TYPE,
    TYPE_FILTER,
    flag_filter,
    matched,
    sender_faults,
)
from settings_admin.patterns.checking import PatternKind, pattern_flaws, pattern_key

_SENDER_IS_REGEX = replace(
    IS_REGEX,
    help=(
        "Read the pattern as an RE2 expression. It is tried on envelope sender, From, Reply-To, the server's IP and the"
        " server's name, of type IP address on the IP alone. It has to match the whole value; case never counts."
    ),
)

_PATTERN = Field("pattern", "Pattern", Input.PATTERN, required=True)


def _sender_identity(values: Values) -> tuple[str, ...]:
    kind, is_regex = str(values.get("pattern_type") or ""), bool(values.get("is_regex"))
    return kind, str(is_regex), pattern_key(str(values.get("pattern") or ""), kind, is_regex=is_regex)


def _allow_faults(values: Values) -> Iterator[Fault]:
    yield from sender_faults(values)
    if not any(values.get(name) for name in ("is_trusted_sender", "is_acceptable_sender", "is_exempt_recipient")):
        yield Fault("is_trusted_sender", "Choose what the policy exempts from: without that it does nothing.")
    if values.get("is_exempt_recipient") and values.get("pattern_type") == PatternKind.IP:
        yield Fault("is_exempt_recipient", "A recipient has an address or a domain, never an IP address.")


def _allow_says(values: Values) -> str:
    who = matched(values)
    said = []
    if values.get("is_trusted_sender"):
        said.append(f"Mail from {who} passes every detection, and its links are not followed.")
    elif values.get("is_acceptable_sender"):
        said.append(f"Mail from {who} is never Spam, Spoof or Bulk; Malicious and Suspicious still count.")
    if values.get("is_exempt_recipient"):
        said.append(f"Mail to {who} passes every detection.")
    if said and values.get("verify_sender"):
        said.append("Only mail that passes DMARC, SPF or DKIM is let through.")
    elif said:
        said.append("Anybody who forges the address is let through as well.")
    return " ".join(said)


ALLOW_POLICIES = Kind(
    slug="allow-policies",
    resource="allow_policies",
    title="Allow policies",
    noun="allow policy",
    about="Exempt senders and recipients from detections. A blocked sender stays blocked all the same.",
    empty="Nobody is exempt from detections. Make a policy when good mail from a partner is held again and again.",
    fields=(
        replace(_PATTERN, help="The sender's or recipient's address, a domain, or an IP address or block."),
        PATTERN_TYPE,
        _SENDER_IS_REGEX,
        Field(
            "is_trusted_sender",
            "Trusted sender",
            Input.CHECK,
            "Messages from this sender bypass all detections and link following.",
            initial=False,
            older="is_sender",
        ),
        Field(
            "is_acceptable_sender",
            "Acceptable sender",
            Input.CHECK,
            "Messages from this sender are exempt from Spam, Spoof and Bulk. Malicious and Suspicious stay.",
            initial=False,
            older="is_spoof",
        ),
        Field(
            "is_exempt_recipient",
            "Exempt recipient",
            Input.CHECK,
            "Messages to this recipient bypass all detections.",
            initial=False,
            older="is_recipient",
        ),
        Field(
            "verify_sender",
            "Sender verification",
            Input.CHECK,
            "Enforce DMARC, SPF or DKIM: the policy is honoured for mail that passes authentication, and no other.",
            initial=True,
        ),
        COMMENTS,
    ),
    named_by="pattern",
    faults=_allow_faults,
    identity=_sender_identity,
    explain=_allow_says,
    orders=("pattern", "created_at"),
    filters=(
        TYPE_FILTER,
        flag_filter("is_trusted_sender", "Trusted sender"),
        flag_filter("is_acceptable_sender", "Acceptable sender"),
        flag_filter("is_exempt_recipient", "Exempt recipient"),
        flag_filter("verify_sender", "Sender verification"),
    ),
    is_replayed=True,
    columns=(
        ("Values", "pattern"),
        ("Rule Type", "pattern_type"),
        ("Is Regex", "is_regex"),
        ("Sender Verification", "verify_sender"),
        ("Trusted Sender", "is_trusted_sender"),
        ("Exempt Recipient", "is_exempt_recipient"),
        ("Acceptable Sender", "is_acceptable_sender"),
        ("Notes", "comments"),
    ),
)

BLOCK_SENDERS = Kind(
    slug="blocked-senders",
    resource="block_senders",
    title="Blocked senders",
    noun="blocked sender",
    about="Mail from these senders is Malicious, whatever else is known of it. A block wins over every allow policy.",
    empty="Nobody is blocked. Block a sender here, or from a message of theirs.",
    fields=(
        replace(_PATTERN, help="The sender's address, a domain, or an IP address or block."),
        PATTERN_TYPE,
        _SENDER_IS_REGEX,
        COMMENTS,
    ),
    named_by="pattern",
    faults=sender_faults,
    identity=_sender_identity,
    explain=lambda values: f"Mail from {matched(values)} becomes Malicious.",
    orders=("pattern", "created_at"),
    filters=(TYPE_FILTER,),
    is_replayed=True,
    columns=(
        ("Blocked Sender", "pattern"),
        ("Blocked Sender Type", "pattern_type"),
        ("Is Regex", "is_regex"),
        ("Notes", "comments"),
    ),
)


def _trusted_faults(values: Values) -> Iterator[Fault]:
    pattern, is_regex = str(values.get("pattern") or ""), bool(values.get("is_regex"))
    for flaw in pattern_flaws(pattern, PatternKind.DOMAIN, is_regex=is_regex):
        yield Fault("pattern", flaw.message, flaw.at)
    if not values.get("is_similarity") and not values.get("is_recent"):
        yield Fault("is_similarity", "Choose what the domain is trusted for: without that the entry does nothing.")


def _trusted_identity(values: Values) -> tuple[str, ...]:
    is_regex = bool(values.get("is_regex"))
    return str(is_regex), pattern_key(str(values.get("pattern") or ""), PatternKind.DOMAIN, is_regex=is_regex)


def _trusted_says(values: Values) -> str:
    who = matched({**values, "pattern_type": PatternKind.DOMAIN.value})
    said = []
    if values.get("is_similarity"):
        said.append(f"{who} may look like one of our domains without being Spoof.")
    if values.get("is_recent"):
        said.append(f"{who} may be newly registered without being Suspicious or Malicious for it.")
    return " ".join(sentence[0].upper() + sentence[1:] for sentence in said)


TRUSTED_DOMAINS = Kind(
    slug="trusted-domains",
    resource="trusted_domains",
    title="Trusted domains",
    noun="trusted domain",
    about="Partner domains that look like ours, or are newly registered, and are no attack.",
    empty="No domain is trusted yet. Add a partner's domain when its likeness to ours is held against it.",
    fields=(
        replace(_PATTERN, label="Domain", help="A domain with its subdomains, or an expression for whole domains."),
        IS_REGEX,
        Field(
            "is_similarity",
            "Proximity",
            Input.CHECK,
            "For partners whose domain is spelled much like a connected one: prevents a Spoof disposition.",
            initial=False,
        ),
        Field(
            "is_recent",
            "New domain",
            Input.CHECK,
            "Prevents a recently registered domain from being Suspicious or Malicious.",
            initial=False,
        ),
        COMMENTS,
    ),
    named_by="pattern",
    faults=_trusted_faults,
    identity=_trusted_identity,
    explain=_trusted_says,
    orders=("pattern", "created_at"),
    filters=(flag_filter("is_similarity", "Proximity"), flag_filter("is_recent", "New domain")),
    is_replayed=True,
    columns=(
        ("Domain", "pattern"),
        ("Proximity", "is_similarity"),
        ("New", "is_recent"),
        ("Is Regex", "is_regex"),
        ("Notes", "comments"),
    ),
)
