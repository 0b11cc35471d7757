"""Steps that apply the account's policies: content policies, blocked senders, and allow policies.

A blocked sender stays blocked, whatever an allow policy says.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from gateway.detect.defang import defang
from gateway.detect.verdict import BULK, NONE, SEVERITY, SPAM, SPOOF, Finding
from gateway.feeds.matching import feed_findings
from gateway.mail.domains import domain_of
from gateway.pipeline_steps.context import MessageContext
from gateway.policies.allow_policies import Exemption, exempt_recipient, exempt_sender
from gateway.policies.content_policies import content_findings
from gateway.policies.outcome import blocked, cleared, with_block, with_findings
from gateway.policies.senders import senders, trustworthy
from gateway.policies.transport_security import came_over_tls

_ACCEPTABLE: Final = frozenset({SPAM, SPOOF, BULK})
"""The dispositions that an acceptable sender is exempt from."""


def match_content(known: MessageContext) -> Mapping[str, Any]:
    """Apply the content policies. If the step is lost, mail that they match is delivered."""
    return {"verdict": with_findings(known.verdict, content_findings(known.message_to_judge, known.policy))}


def match_feeds(known: MessageContext) -> Mapping[str, Any]:
    """Look the message up in the feeds of the account. If the step fails, the message is not stored."""
    if not known.account_id or not known.has_feeds:
        return {}
    found = feed_findings(known.evidence, known.account_id)
    return {"verdict": with_findings(known.verdict, found, by="feeds")} if found else {}


def require_tls(known: MessageContext) -> Mapping[str, Any]:
    """Hold it against mail that it came without TLS, if its sender's domain has to use it.

    The intake refuses such mail to the face of a server that hands it over; this is for mail that came by a server of
    the organisation. If the step is lost, it is judged like any other.
    """
    names = [known.envelope.mail_from, *known.parsed.from_addresses]
    named = next((name for name in names if known.policy.sender_needs_tls(name)), None)
    if named is None or came_over_tls(known.parsed, known.envelope) is not False:
        return {}
    domain = defang(domain_of(named))
    reason = f"Mail from {domain} has to come over TLS, and this came without."
    finding = Finding("without-tls", SPOOF, 0.9, reason, None, "envelope", named)
    verdict = known.verdict
    if SEVERITY.index(SPOOF) < SEVERITY.index(verdict.disposition):
        verdict = replace(verdict, disposition=SPOOF, reasons=(reason, *verdict.reasons))
    line = f"policy partner domain TLS: {named} came without"
    return {
        "verdict": replace(verdict, findings=(finding, *verdict.findings)),
        "policy_notes": (*known.policy_notes, line),
    }


def block_sender(known: MessageContext) -> Mapping[str, Any]:
    """Apply the blocked senders. If the step is lost, their mail is judged by its content alone."""
    found = blocked(senders(known.parsed, known.envelope), known.policy)
    if found is None:
        return {}
    properties = {"blocklisted_message": True, "blocklisted_pattern": found[0].pattern}
    return {"verdict": with_block(known.verdict, *found), "properties": properties, "is_final": True}


def allow_sender(known: MessageContext) -> Mapping[str, Any]:
    """Apply the allow policies of senders, unless the sender is blocked.

    If the step is lost, mail of exempt senders is held when a detector says so.
    """
    if known.is_final:
        return {}
    notes = [*known.policy_notes, *known.trust.notes]
    found = trustworthy(senders(known.parsed, known.envelope))
    exemption = exempt_sender(found, known.evidence, known.policy, notes)
    if exemption is None:
        return {"properties": known.trust.properties, "policy_notes": tuple(notes)}
    verdict = known.verdict
    if exemption.everything or verdict.disposition in _ACCEPTABLE:
        verdict = cleared(verdict, exemption)
    return {
        "verdict": verdict,
        "properties": exemption.properties,
        "policy_notes": tuple(notes),
        "is_exempt": exemption.everything,
    }


def exempt_recipients(known: MessageContext) -> Mapping[str, Any]:
    """Apply the allow policies of recipients, unless the sender is blocked.

    The verdict is cleared if every recipient is exempt. If the step is lost, the message is held for exempt recipients
    too.
    """
    notes: list[str] = []
    exempt: dict[str, Exemption] = {}
    for recipient in () if known.is_final else known.envelope.recipients:
        exemption = exempt_recipient(recipient, known.evidence, known.policy, notes)
        if exemption is not None:
            exempt[recipient] = exemption
    if not exempt:
        return {"policy_notes": tuple(notes)}
    first = next(iter(exempt.values()))
    properties = known.properties if "allowlisted_pattern" in known.properties else first.properties
    verdict = known.verdict
    if set(exempt) == set(known.envelope.recipients) and verdict.disposition != NONE:
        verdict = cleared(verdict, first)
    return {"verdict": verdict, "properties": properties, "exempt": exempt, "policy_notes": tuple(notes)}


def note_policies(known: MessageContext) -> Mapping[str, Any]:
    """Append the policies' notes to the verdict's trace. If the step is lost, the trace does not name them."""
    if not known.policy_notes:
        return {}
    return {"verdict": replace(known.verdict, trace=(*known.verdict.trace, *known.policy_notes)), "policy_notes": ()}
