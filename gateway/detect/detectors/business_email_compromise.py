"""Detector for business email compromise: diverted replies, discreet payment requests, changed bank accounts."""

from collections.abc import Iterator

from gateway.detect.brands import is_free_mail
from gateway.detect.defang import defang
from gateway.detect.evidence import Evidence
from gateway.detect.verdict import BEC, SUSPICIOUS, Finding


def detect(evidence: Evidence) -> Iterator[Finding]:
    """Find replies diverted by Reply-To, payment requests and announced changes of a bank account."""
    if evidence.is_internal or evidence.is_authenticated_list:
        return
    yield from _diverted(evidence)
    yield from _request(evidence)


def _diverted(evidence: Evidence) -> Iterator[Finding]:
    message = evidence.message
    if (
        not evidence.reply_org
        or evidence.reply_org == evidence.from_org
        or evidence.context.is_own(evidence.reply_domain)
    ):
        return
    quiet, paying = evidence.count("quiet approach"), evidence.count("payment", "bank change")
    free = is_free_mail(evidence.reply_org) and not evidence.is_free_sender
    from_own = evidence.context.is_own(evidence.from_domain)
    fraud = paying + quiet >= 2 or (not evidence.targets and (paying or quiet) and (free or from_own))
    score = 0.85 if fraud else 0.35 if free else 0.2
    asked = (
        f", and the text asks about money ({evidence.example('bank change', 'payment', 'quiet approach')})"
        if fraud
        else ""
    )
    yield Finding(
        "reply-to-diversion",
        BEC if fraud else SUSPICIOUS,
        score,
        f"Answers go to {defang(message.reply_to)}, not to the sender {defang(message.from_address)}{asked}.",
        "Reply-To",
        "header",
        evidence.message.reply_to,
    )


def _request(evidence: Evidence) -> Iterator[Finding]:
    quiet, paying = evidence.count("quiet approach"), evidence.count("payment")
    if (
        quiet
        and not evidence.is_discussion
        and (paying or evidence.count("urgent"))
        and not evidence.is_authenticated_partner
    ):
        free = evidence.is_free_sender
        yield Finding(
            "quiet-request",
            BEC if free or quiet >= 2 else SUSPICIOUS,
            0.8 if (free and quiet + paying >= 2) or quiet + paying >= 4 else 0.5,
            "A short letter asks quietly for a payment or an errand"
            f" ({evidence.example('quiet approach', 'payment', 'urgent')}).",
            "Body",
            "body",
        )
    if evidence.count("bank change"):
        yield Finding(
            "bank-change",
            SUSPICIOUS,
            0.55 if evidence.is_free_sender or paying >= 2 else 0.45,
            f"The sender announces another bank account ({evidence.example('bank change', 'payment')}).",
            "Body",
            "body",
        )
