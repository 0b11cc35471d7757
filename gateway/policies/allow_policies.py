"""Allow policies: which senders and recipients are exempt from detections."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gateway.detect.evidence import Evidence
from gateway.mail.domains import domain_of, registrable_domain
from gateway.policies.compiled_policy import Policy
from gateway.policies.senders import Sender
from policy_patterns.senders import Place


@dataclass(frozen=True, slots=True)
class Exemption:
    """The effect of an allow policy on a message.

    `everything` is true if every disposition is exempt (trusted sender, exempt recipient). It is false for an
    acceptable sender, whose mail is exempt from SPAM, SPOOF and BULK only. `kind` is the pattern type of the API.
    """

    pattern: str
    kind: str
    why: str
    everything: bool

    @property
    def properties(self) -> dict[str, Any]:
        """Return the API's `properties` of a message that an allow policy applied to."""
        return {
            "allowlisted_pattern": self.pattern,
            "allowlisted_pattern_type": self.kind,
            "whitelisted_pattern_type": self.kind,
        }


def exempt_sender(found: Sequence[Sender], evidence: Evidence, policy: Policy, notes: list[str]) -> Exemption | None:
    """Return the sender's strongest exemption, or None.

    Append a line to `notes` for each policy that does not apply because the sender is not authenticated.
    """
    best: Exemption | None = None
    for sender in found:
        for allow in sender.matches(policy.allowed):
            if not (allow.trusted_sender or allow.acceptable_sender):
                continue
            if allow.verify_sender and not _is_verified(sender, evidence):
                notes.append(f"policy allow: {allow.pattern} not honored, the {sender.what} is not authenticated")
                continue
            if allow.trusted_sender:
                return Exemption(allow.pattern, "allowed_sender", f"trusted sender, by the {sender.what}", True)
            best = best or Exemption(
                allow.pattern, "acceptable_sender", f"acceptable sender, by the {sender.what}", False
            )
    return best


def exempt_recipient(recipient: str, evidence: Evidence, policy: Policy, notes: list[str]) -> Exemption | None:
    """Return the exemption of a recipient, or None. Append what was decided to `notes`."""
    for allow in policy.allowed.for_address(recipient):
        if not allow.exempt_recipient:
            continue
        if allow.verify_sender and not _anything_is_verified(evidence):
            notes.append(f"policy allow: {allow.pattern} not honored for {recipient}, the sender is not authenticated")
            continue
        notes.append(f"policy allow: {allow.pattern} exempts the recipient {recipient}")
        return Exemption(allow.pattern, "allowed_recipient", f"exempt recipient {recipient}", True)
    return None


def _is_verified(sender: Sender, evidence: Evidence) -> bool:
    """Return whether a trusted server recorded an authentication pass for the identity that the policy matched.

    SPF authenticates the envelope sender only, so an SPF pass must not authenticate a header From of another domain.
    A Reply-To or a server's name counts if a pass is about its own domain: a stranger's pass says nothing about it.
    """
    if sender.what == Place.FROM:
        return evidence.is_authenticated
    if sender.what == Place.ENVELOPE:
        domain = domain_of(sender.value)
        aligned = (registrable_domain(domain) or domain) == evidence.from_org
        return evidence.passed("spf") or (aligned and evidence.is_authenticated)
    if sender.what in {Place.REPLY_TO, Place.SERVER_NAME}:
        name = domain_of(sender.value) if sender.what == Place.REPLY_TO else sender.value
        org = registrable_domain(name)
        is_the_authors = org == evidence.from_org and evidence.is_authenticated
        return bool(org) and (is_the_authors or org in evidence.authenticated_orgs)
    return _anything_is_verified(evidence)


def _anything_is_verified(evidence: Evidence) -> bool:
    return any(evidence.passed(method) for method in ("dmarc", "spf", "dkim"))
