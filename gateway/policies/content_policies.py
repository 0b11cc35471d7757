"""Content policies: regular expressions that are searched for in subject and body."""

from collections.abc import Sequence

from gateway.detect import Finding
from gateway.detect.verdict import MALICIOUS
from gateway.mail.message import ParsedMessage
from gateway.policies.compiled_policy import Policy
from gateway.policies.expressions import search


def content_findings(message: ParsedMessage, policy: Policy) -> Sequence[Finding]:
    """Return a finding for each content policy that matches the message."""
    findings = []
    for rule in policy.content:
        for field, portion, text in _parts(message, subject=rule.subject, body=rule.body):
            found = search(rule.expression, text)
            if found is not None:
                reason = f'The {portion} meets the content policy "{rule.name}".'
                findings.append(Finding("content-policy", MALICIOUS, 1.0, reason, field, portion, found or None))
                break
    return findings


def _parts(message: ParsedMessage, *, subject: bool, body: bool) -> list[tuple[str | None, str, str]]:
    parts: list[tuple[str | None, str, str]] = []
    if subject:
        parts.append(("Subject", "subject", message.subject))
    if body:
        texts = (message.text, message.html_text, message.hidden_text)
        parts += [(None, "body", text) for text in texts if text]
    return parts
