"""The outcome of judging a message, and how blocked senders, content policies and allow policies change a verdict."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from gateway.detect import Finding, Verdict
from gateway.detect.verdict import MALICIOUS, NONE
from gateway.policies.allow_policies import Exemption
from gateway.policies.compiled_policy import Block, Policy
from gateway.policies.senders import Sender


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict on a message, the API's `properties` of it, and the recipients whom it is held for.

    `unread` says what of the message was not read, and what could not be asked about it, when it was judged.
    """

    verdict: Verdict
    properties: dict[str, Any]
    held: frozenset[str]
    unread: tuple[str, ...] = ()


def blocked(found: Sequence[Sender], policy: Policy) -> tuple[Block, Sender] | None:
    """Return the first blocked sender that one of the message's senders matches, and that sender; None without one."""
    for sender in found:
        for block in sender.matches(policy.blocked):
            return block, sender
    return None


def with_block(verdict: Verdict, block: Block, sender: Sender) -> Verdict:
    """Return the verdict on mail of a blocked sender: it is malicious, and the pattern is the first reason."""
    reason = f"The {sender.what} {sender.shown} is blocked by the pattern {block.pattern}."
    finding = Finding("blocked-sender", MALICIOUS, 1.0, reason, sender.field, sender.portion, sender.value)
    return replace(
        verdict,
        disposition=MALICIOUS,
        reasons=(reason, *verdict.reasons),
        findings=(finding, *verdict.findings),
        trace=(*verdict.trace, f"policy blocked sender: {block.pattern} matches the {sender.what} {sender.value}"),
    )


def with_findings(verdict: Verdict, findings: Sequence[Finding], *, by: str = "policy content") -> Verdict:
    """Return the verdict with findings that decide: of content policies or feeds. With one, the message is malicious.

    `by` names in the trace who found them.
    """
    if not findings:
        return verdict
    return replace(
        verdict,
        disposition=MALICIOUS,
        reasons=(*(finding.reason for finding in findings), *verdict.reasons),
        findings=(*findings, *verdict.findings),
        trace=(*verdict.trace, *(f"{by}: {finding.reason}" for finding in findings)),
    )


def cleared(verdict: Verdict, exemption: Exemption) -> Verdict:
    """Return the verdict of an exempt message. Its findings remain readable, but its disposition is NONE."""
    if verdict.disposition == NONE:
        return verdict
    line = f"policy allow: {exemption.pattern} exempts from {verdict.disposition} ({exemption.why})"
    return replace(verdict, disposition=NONE, reasons=(), threat_categories=(), trace=(*verdict.trace, line))
