"""Detector for advance-fee fraud, extortion, and callback phishing (a false charge with a number to call)."""

import re
from collections.abc import Iterator
from typing import Final

from gateway.detect.brands import is_free_mail
from gateway.detect.defang import defang
from gateway.detect.detectors.credentials import is_risky
from gateway.detect.detectors.destinations import is_odd, strangers
from gateway.detect.detectors.impersonation import named_brand
from gateway.detect.evidence import Evidence
from gateway.detect.verdict import MALICIOUS, SUSPICIOUS, Finding

_TELEPHONE: Final = re.compile(r"(?<![\w/.=-])\+?\(?\d{1,4}\)?(?:[ .\u2010-\u2015-]?\(?\d{2,4}\)?){2,4}(?![\w/])")
_FEWEST_DIGITS: Final = 9
_BITCOIN: Final = re.compile(r"\b(?:bc1[a-z0-9]{20,60}|[13][a-km-zA-HJ-NP-Z1-9]{25,39})\b")


def detect(evidence: Evidence) -> Iterator[Finding]:
    """Find advance-fee fraud, extortion and callback phishing by their wording."""
    if evidence.is_discussion or evidence.is_internal:
        return
    yield from _advance_fee(evidence)
    yield from _extortion(evidence)
    yield from _call_back(evidence)
    yield from _prize(evidence)


def _prize(evidence: Evidence) -> Iterator[Finding]:
    """Find prizes that are to be claimed at a stranger's page, which asks for cards and addresses."""
    said = evidence.count("prize")
    foreign = strangers(evidence)
    if said < 2 or not foreign or not evidence.message.html or evidence.claims_to_be_discussion:
        return
    hides = evidence.is_unaligned or any(target.is_cheap or is_risky(target) or is_odd(target) for target in foreign)
    if not hides:
        return
    yield Finding(
        "prize-lure",
        MALICIOUS,
        round(min(0.3 + 0.1 * said, 0.6), 2),
        f"A prize ({evidence.example('prize', most=2)}) is to be claimed at {defang(foreign[0].host)},"
        " which is not the sender's.",
        "Body",
        "links",
        foreign[0].link.href,
    )


def _advance_fee(evidence: Evidence) -> Iterator[Finding]:
    said = evidence.count("advance fee")
    personal = evidence.is_free_sender or is_free_mail(evidence.reply_org)
    if said < 2 and not (said and personal and evidence.reply_org not in {"", evidence.from_org}):
        return
    diverted = is_free_mail(evidence.reply_org) and evidence.reply_org != evidence.from_org
    score = min(0.25 + 0.15 * said + (0.15 if personal else 0) + (0.1 if diverted else 0), 0.95)
    yield Finding(
        "advance-fee",
        MALICIOUS if score >= 0.65 else SUSPICIOUS,
        round(score, 2),
        f"The letter promises money to a stranger ({evidence.example('advance fee')}).",
        "Body",
        "body",
    )


def _extortion(evidence: Evidence) -> Iterator[Finding]:
    said = evidence.count("extortion")
    if said < 2:
        return
    wallet = _BITCOIN.search(evidence.window)
    score = 0.9 if said >= 3 and (wallet or said >= 4) else 0.7 if said >= 3 or wallet else 0.35
    yield Finding(
        "extortion",
        MALICIOUS if score >= 0.7 else SUSPICIOUS,
        score,
        f"The letter threatens the reader ({evidence.example('extortion')})"
        + (" and names a wallet." if wallet else "."),
        "Body",
        "body",
        wallet[0] if wallet else None,
    )


def _call_back(evidence: Evidence) -> Iterator[Finding]:
    said = evidence.count("call back")
    telephone = _telephone(evidence.window) if said >= 2 else ""
    if not telephone:
        return
    brand = named_brand(evidence.words)
    free = evidence.is_free_sender
    score = 0.4 + (0.25 if free else 0) + (0.2 if brand else 0) + (0.05 * min(said, 4) if free or brand else 0)
    yield Finding(
        "call-back",
        MALICIOUS if score >= 0.65 else SUSPICIOUS,
        round(min(score, 0.9), 2),
        f"The letter reports a charge ({evidence.example('call back', most=2)})"
        + (f" in the name of {brand.name}" if brand else "")
        + f" and gives a number to call, {telephone}.",
        "Body",
        "body",
        telephone,
    )


def _telephone(text: str) -> str:
    for match in _TELEPHONE.finditer(text):
        if sum(character.isdigit() for character in match[0]) >= _FEWEST_DIGITS:
            return match[0]
    return ""
