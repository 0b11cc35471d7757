"""Insights: facts about a message that a person wants to know and that do not count towards its verdict."""

import re
from collections.abc import Iterator
from typing import Final

from gateway.detect.defang import defang
from gateway.detect.detectors import bounces
from gateway.detect.evidence import Evidence

# Header fields that the products for phishing simulations write. Anybody can write them, so they excuse nothing.
_SIMULATIONS: Final = {
    "x-phishtest": "KnowBe4",
    "x-phish-test": "KnowBe4",
    "x-threatsim-header": "Proofpoint",
    "x-threatsim-id": "Proofpoint",
    "x-phishme": "Cofense",
    "x-pwned-phish": "Cofense",
    "x-gophish-contact": "Gophish",
    "x-hoxhunt": "Hoxhunt",
    "x-sophos-phish-threat": "Sophos",
    "x-phishing-simulation": "a simulation",
    "x-lucy-victimurl": "Lucy",
    "x-mailer-phishingbox": "PhishingBox",
}
_SCRIPTS: Final = (
    ("Japanese", re.compile("[\u3040-\u30ff]")),
    ("Chinese", re.compile("[\u4e00-\u9fff]")),
    ("Korean", re.compile("[\uac00-\ud7a3]")),
    ("Cyrillic", re.compile("[\u0400-\u04ff]")),
    ("Arabic", re.compile("[\u0600-\u06ff]")),
    ("Greek", re.compile("[\u0370-\u03ff]")),
    ("Hebrew", re.compile("[\u0590-\u05ff]")),
    ("Thai", re.compile("[\u0e00-\u0e7f]")),
)
_LETTERS_READ: Final = 2_000
_MANY: Final = 0.2


def insights(evidence: Evidence) -> tuple[str, ...]:
    """Return facts about the message, each a short sentence with addresses and hosts defanged."""
    return tuple(_insights(evidence))


def _insights(evidence: Evidence) -> Iterator[str]:
    message = evidence.message
    for field in sorted(evidence.fields & _SIMULATIONS.keys()):
        yield f"It bears the field {field} of phishing simulations ({_SIMULATIONS[field]}), which anybody can write."
    if evidence.targets:
        yield f"Its first link leads to {defang(evidence.targets[0].host)}, {_host_kind(evidence)}."
    script = _script(evidence.window)
    if script:
        yield f"Much of its text is in {script} letters."
    if message.list_id or "list-post" in evidence.fields:
        yield "It bears the fields of a mailing list."
    elif message.list_unsubscribe:
        yield "It has a field by which mail programs end it (List-Unsubscribe)."
    if message.auto_submitted.startswith("auto"):
        yield f"It says that a program sent it (Auto-Submitted: {defang(message.auto_submitted)})."
    if evidence.is_forwarded:
        yield "A server that forwards mail rewrote its envelope sender."
    if evidence.is_unaligned:
        sent_by = defang(evidence.envelope_domain)
        yield f"Its envelope sender is of {sent_by}, and no signature names the sender's domain."
    if bounces.claims_failure(evidence) and bounces.has_report(evidence) and not evidence.context.is_known_thread:
        yield "It returns mail that the gateway has not seen."
    types = [attachment.detected_type for attachment in message.attachments]
    if "text/calendar" in types:
        yield "It holds a calendar entry."
    if any(attachment.encrypted for attachment in message.attachments):
        yield "It holds an encrypted file."
    if any(attachment.is_message for attachment in message.attachments):
        yield "It holds another message."


def _host_kind(evidence: Evidence) -> str:
    target = evidence.targets[0]
    if target.is_ip:
        return "a bare address"
    if evidence.context.is_own(target.host):
        return "your own domain"
    if target.domain == evidence.from_org:
        return "the sender's own domain"
    if target.domain in evidence.senders_orgs:
        return "the domain of its envelope sender or signature"
    if target.is_shortener:
        return "a link shortener"
    if target.is_free_hosting:
        return "where anybody can put a page"
    if target.is_mailing_service:
        return "a mailing service that counts clicks"
    if target.is_cheap:
        return "a domain under a cheap ending"
    return "another domain than the sender's"


def _script(text: str) -> str:
    read = text[:_LETTERS_READ]
    if read.isascii():
        return ""
    return next((name for name, letters in _SCRIPTS if len(letters.findall(read)) > _MANY * len(read)), "")
