"""Tell which mail is a user's report: sent by a colleague to report addresses alone, and proven to be theirs."""

import re
from typing import Final

from django.conf import settings

from gateway.detect import Context, Envelope
from gateway.detect.evidence import Evidence
from gateway.detect.verdict import MALICIOUS, NONE, SPAM
from gateway.mail.domains import domain_of
from gateway.mail.message import ParsedMessage

DEFAULT_NAME: Final = "report-phish"
"""Local part of the report address at every protected domain, unless the operator configures other addresses."""
_LIST_PRECEDENCE: Final = frozenset({"bulk", "list", "junk", "auto_reply"})
# How Outlook's report button begins the subject of its mail to a reporting mailbox.
_BUTTON: Final = re.compile(r"\s{0,5}(?:([123])\||(junk|not junk|phishing)\s?:)", re.IGNORECASE)
_ASKED: Final = {"1": SPAM, "junk": SPAM, "2": NONE, "not junk": NONE}


def is_addressed_as_report(parsed: ParsedMessage, envelope: Envelope, context: Context) -> bool:
    """Return whether a message is sent from a protected domain, and only to report addresses.

    A message that has other recipients too is ordinary mail, and is held if its verdict says so.
    """
    to_us = bool(envelope.recipients) and all(_is_report_address(name, context) for name in envelope.recipients)
    return to_us and context.is_own(domain_of(parsed.from_address))


def counts_as_report(evidence: Evidence) -> bool:
    """Return whether the sender of a report is who the From field says, so that anybody can't report in others' names.

    Either a trusted server's results show that the From domain sent it, or one of the organisation's own servers
    handed it over, and it did not come from outside.
    """
    return evidence.is_authenticated or (evidence.envelope.from_own_peer and not evidence.is_from_outside)


def is_automatic(parsed: ParsedMessage, envelope: Envelope) -> bool:
    """Return whether a program or a list sent this, not a person: a bounce, an answer while away, mail of a list.

    Such mail reports nothing, and nobody answers it: two programs would answer each other.
    """
    return (
        parsed.auto_submitted.partition(";")[0].strip() not in {"", "no"}
        or parsed.precedence.strip() in _LIST_PRECEDENCE
        or bool(parsed.list_id)
        or "multipart/report" in parsed.header("content-type").lower()
        or envelope.mail_from in {"", "<>"}
    )


def asked_for(subject: str) -> str:
    """Return the disposition that a report asks for: malicious, unless Outlook's button says junk, or not junk.

    What a user asks for changes no verdict.
    """
    match = _BUTTON.match(subject)
    word = (match[1] or match[2]).lower() if match else ""
    return _ASKED.get(word, MALICIOUS)


def _is_report_address(address: str, context: Context) -> bool:
    named = {entry.casefold() for entry in settings.GATEWAY_REPORT_ADDRESSES}
    if named:
        return address.casefold() in named
    local, _, domain = address.casefold().rpartition("@")
    return local == DEFAULT_NAME and context.is_own(domain)
