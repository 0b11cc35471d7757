"""Allow policies: who and whose mail is exempt from detections."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gateway.detect.evidence import Evidence
from gateway.mail.domains import domain_of, registrable_domain
from gateway.policies.policy import Policy
from gateway.policies.senders import Place, Sender


@dataclass(frozen=True, slots=True)
class Exemption:
    """What an allow policy does to a message; `everything` tells a trusted sender from an acceptable one."""

    pattern: str
    kind: str
    why: str
    everything: bool

    @property
    def properties(self) -> dict[str, Any]:
        """The contract's properties of a message that an allow policy bore on."""
        return {
            "allowlisted_pattern": self.pattern,
            "allowlisted_pattern_type": self.kind,
            "whitelisted_pattern_type": self.kind,
        }


def exempt_sender(found: Sequence[Sender], evidence: Evidence, policy: Policy, notes: list[str]) -> Exemption | None:
    """Return the strongest exemption that the sender has; what failed for want of authentication is noted."""
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
    """Return the exemption of a recipient, if an allow policy names it."""
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
    """Whether a trusted server recorded a pass for the very name that the policy matched.

    SPF vouches for the envelope sender alone, so a pass of it must not help a From address of another domain.
    """
    if sender.what == Place.FROM:
        return evidence.is_authenticated
    if sender.what == Place.ENVELOPE:
        domain = domain_of(sender.value)
        aligned = (registrable_domain(domain) or domain) == evidence.from_org
        return evidence.passed("spf") or (aligned and evidence.is_authenticated)
    return _anything_is_verified(evidence)


def _anything_is_verified(evidence: Evidence) -> bool:
    return any(evidence.passed(method) for method in ("dmarc", "spf", "dkim"))
