"""Judging mail by the detectors and by what the account has set.

First the message is assessed, whoever it is for: detectors, content policies, blocked senders, allow policies. Then it
is settled for whom it is held: exempt recipients, and the dispositions that each recipient's domain drops. A blocked
sender stays blocked, whatever an allow policy says.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from gateway.detect import Envelope, Finding, Verdict, judge
from gateway.detect.evidence import Evidence
from gateway.detect.verdict import BULK, MALICIOUS, NONE, SPAM, SPOOF
from gateway.mail.message import ParsedMessage
from gateway.policies.allow_policies import Exemption, exempt_recipient, exempt_sender
from gateway.policies.content_policies import content_findings
from gateway.policies.policy import Block, Policy
from gateway.policies.senders import Sender, senders
from gateway.policies.trusted_domains import trusted_domains, without_ignored_links

_ACCEPTABLE: Final = frozenset({SPAM, SPOOF, BULK})


@dataclass(frozen=True, slots=True)
class Assessed:
    """A message's verdict before it is known for whom it is; `final` when nothing exempts from it any more."""

    verdict: Verdict
    properties: dict[str, Any]
    final: bool
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a message: its verdict, the contract's `properties`, and the recipients it is held for."""

    verdict: Verdict
    properties: dict[str, Any]
    held: frozenset[str]


def evaluate(message: ParsedMessage, envelope: Envelope, policy: Policy) -> Outcome:
    """Judge a message for all recipients of its envelope."""
    return settle(assess(message, envelope, policy), envelope.recipients, policy)


def assess(message: ParsedMessage, envelope: Envelope, policy: Policy) -> Assessed:
    """Judge a message by what is set about its sender and its content."""
    notes: list[str] = []
    read = without_ignored_links(message, policy, notes)
    trust = trusted_domains(read, policy)
    context = policy.context_for(read.from_address, trust.similar)
    evidence = Evidence(read, envelope, context)
    verdict = _with_findings(judge(read, envelope, context), content_findings(read, policy))
    found = senders(message, envelope)
    block = _blocked(found, policy)
    if block is not None:
        return Assessed(_noted(_block(verdict, *block), notes), _blocklisted(block[0]), True, evidence)
    properties = trust.properties
    notes += trust.notes
    exemption = exempt_sender(found, evidence, policy, notes)
    if exemption is not None:
        properties = exemption.properties
        if exemption.everything or verdict.disposition in _ACCEPTABLE:
            verdict = _cleared(verdict, exemption)
    return Assessed(_noted(verdict, notes), properties, False, evidence)


def settle(assessed: Assessed, recipients: Sequence[str], policy: Policy) -> Outcome:
    """Say for whom an assessed message is held."""
    verdict, properties = assessed.verdict, assessed.properties
    exempt: dict[str, Exemption] = {}
    notes: list[str] = []
    if not assessed.final:
        for recipient in recipients:
            exemption = exempt_recipient(recipient, assessed.evidence, policy, notes)
            if exemption is not None:
                exempt[recipient] = exemption
    if exempt:
        first = next(iter(exempt.values()))
        if "allowlisted_pattern" not in properties:
            properties = first.properties
        if set(exempt) == set(recipients) and verdict.disposition != NONE:
            verdict = _cleared(verdict, first)
    held = frozenset(
        recipient
        for recipient in recipients
        if recipient not in exempt and policy.is_held(verdict.disposition, recipient)
    )
    return Outcome(_noted(verdict, notes), properties, held)


def _blocked(found: Sequence[Sender], policy: Policy) -> tuple[Block, Sender] | None:
    for sender in found:
        for block in sender.matches(policy.blocked):
            return block, sender
    return None


def _blocklisted(block: Block) -> dict[str, Any]:
    return {"blocklisted_message": True, "blocklisted_pattern": block.pattern}


def _block(verdict: Verdict, block: Block, sender: Sender) -> Verdict:
    reason = f"The {sender.what} {sender.shown} is blocked by the pattern {block.pattern}."
    finding = Finding("blocked-sender", MALICIOUS, 1.0, reason, sender.field, sender.portion, sender.value)
    return replace(
        verdict,
        disposition=MALICIOUS,
        reasons=(reason, *verdict.reasons),
        findings=(finding, *verdict.findings),
        trace=(*verdict.trace, f"policy blocked sender: {block.pattern} matches the {sender.what} {sender.value}"),
    )


def _with_findings(verdict: Verdict, findings: Sequence[Finding]) -> Verdict:
    if not findings:
        return verdict
    return replace(
        verdict,
        disposition=MALICIOUS,
        reasons=(*(finding.reason for finding in findings), *verdict.reasons),
        findings=(*findings, *verdict.findings),
        trace=(*verdict.trace, *(f"policy content: {finding.reason}" for finding in findings)),
    )


def _cleared(verdict: Verdict, exemption: Exemption) -> Verdict:
    """Return the verdict of a message that is exempt: what was found stays to be read, and decides nothing."""
    if verdict.disposition == NONE:
        return verdict
    line = f"policy allow: {exemption.pattern} exempts from {verdict.disposition} ({exemption.why})"
    return replace(verdict, disposition=NONE, reasons=(), threat_categories=(), trace=(*verdict.trace, line))


def _noted(verdict: Verdict, notes: Sequence[str]) -> Verdict:
    return replace(verdict, trace=(*verdict.trace, *notes)) if notes else verdict
