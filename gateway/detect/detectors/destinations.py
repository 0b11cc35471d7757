"""Detector for where links lead as a whole: away from the sender, with the reader's address, through made-up names."""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from gateway.detect.brands import is_free_mail
from gateway.detect.defang import defang
from gateway.detect.disguise import looks_random
from gateway.detect.evidence import Evidence
from gateway.detect.hosts import Target
from gateway.detect.verdict import SPAM, SUSPICIOUS, Finding

_MOST_TARGETS: Final = 400
_PART: Final = re.compile(r"[A-Za-z0-9+_-]{8,400}")
_SEGMENT: Final = re.compile(r"[A-Za-z0-9]{6,}")
_TRACKED: Final = re.compile(r"(?:^|[?&])(?:a|aff|affid|aff_id|oc|c|s1|sub1|sid)=\d{1,8}(?=&|$)")
_LITTLE_TEXT: Final = 400
_HARDLY_ANY_TEXT: Final = 80
_FEW: Final = 4


def detect(evidence: Evidence) -> Iterator[Finding]:
    """Find what the links of a message have in common. Mail of colleagues and known conversations is left alone."""
    if evidence.is_internal or evidence.is_discussion:
        return
    yield from _readers_address(evidence)
    yield from _away(evidence)
    yield from _made_up_hosts(evidence)
    yield from _bare(evidence)


def _bare(evidence: Evidence) -> Iterator[Finding]:
    """Find HTML mail that is hardly more than a link to a stranger."""
    foreign = strangers(evidence)
    text = evidence.message.html_text
    hardly_any = len(evidence.targets) <= _FEW and len(text.strip()) < _HARDLY_ANY_TEXT
    odd = any(target.is_shortener or target.is_free_hosting or target.is_cheap or is_odd(target) for target in foreign)
    if evidence.message.html and foreign and hardly_any and (odd or "remote-image" in evidence.message.markup):
        yield Finding(
            "bare-link",
            SPAM,
            0.35,
            f"The message is hardly more than a link to {defang(foreign[0].host)}.",
            "Body",
            "links",
            foreign[0].link.href,
        )


def strangers(evidence: Evidence) -> list[Target]:
    """Return the first targets that are neither the sender's, by any of its names, nor a mailing service's."""
    return [
        target
        for target in evidence.foreign_targets[:_MOST_TARGETS]
        if target.domain not in evidence.senders_orgs and not target.is_mailing_service
    ]


def _readers_address(evidence: Evidence) -> Iterator[Finding]:
    readers = [address for address in evidence.recipients if "@" in address]
    asked_for = bool(evidence.message.list_unsubscribe) or bool(evidence.count("unsubscribe"))
    for target in strangers(evidence):
        how = next((how for reader in readers if (how := _carries(target, reader))), "")
        if not how:
            continue
        score = 0.5 if how == "behind #" else 0.15 if asked_for else 0.35
        yield Finding(
            "reader-in-link",
            SUSPICIOUS,
            score,
            f"A link to {defang(target.host)} carries the reader's address ({how}), and the sender is another.",
            "Links",
            "links",
            target.link.href,
        )
        return


def _carries(target: Target, reader: str) -> str:
    """Return how a link carries an address: behind #, plainly, or encoded in base64 or as hexadecimal digits."""
    address = unquote(target.link.href[:4096]).lower()
    before, _, fragment = address.partition("#")
    wanted = reader.encode()
    if reader in fragment:
        return "behind #"
    if reader in before:
        return "plainly"
    if wanted.hex() in address or any(wanted in _decoded(part[0]) for part in _PART.finditer(target.link.href[:4096])):
        return "encoded"
    return ""


def _decoded(part: str) -> bytes:
    part = part.translate({45: 43, 95: 47})
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4)).lower()
    except (binascii.Error, ValueError):
        return b""


def _away(evidence: Evidence) -> Iterator[Finding]:
    """Find HTML mail all of whose links lead to strangers, as the mail of people who use a false sender does."""
    message = evidence.message
    foreign = strangers(evidence)
    if not message.html or not foreign or evidence.claims_to_be_discussion:
        return
    webs = evidence.targets[:_MOST_TARGETS]
    others = [target for target in webs if target not in foreign]
    domains = {target.domain or target.host for target in foreign}
    if others or len(domains) > 3 or is_free_mail(evidence.from_org):
        return
    pictures = "remote-image" in message.markup
    asks = bool(evidence.count("unsubscribe"))
    little = len(message.html_text) < _LITTLE_TEXT
    odd = any(is_odd(target) for target in foreign)
    cheap = any(target.is_cheap for target in foreign)
    if not (pictures or asks or odd or cheap):
        return
    score = 0.2 + (0.15 if pictures else 0) + (0.15 if little else 0) + (0.1 if asks else 0)
    score += (0.15 if cheap else 0) + (0.15 if odd else 0)
    yield Finding(
        "links-lead-away",
        SPAM,
        round(min(score, 0.65), 2),
        f"All its links lead to {defang(sorted(domains)[0])}, which is not the sender's"
        + (", also the one that is to end the mail." if asks else "."),
        "Links",
        "links",
        foreign[0].link.href,
    )


def is_odd(target: Target) -> bool:
    """Return whether the path or query of a link is made of random names or of the numbers of affiliates."""
    if _TRACKED.search(target.query):
        return True
    rest = f"{target.path}?{target.query}"[:500]
    return any(len(part) >= 24 or looks_random(part) for part in _SEGMENT.findall(rest))


def _made_up_hosts(evidence: Evidence) -> Iterator[Finding]:
    """Find links to a random name, or to several hosts of one foreign domain whose names say nothing."""
    by_domain: dict[str, set[str]] = {}
    for target in strangers(evidence):
        label = target.domain.partition(".")[0]
        if target.domain and not target.is_free_hosting and (looks_random(label) or _is_lot(target)):
            by_domain.setdefault(target.domain, set()).add(target.host)
    for domain, hosts in by_domain.items():
        label = domain.partition(".")[0]
        if looks_random(label) or len(hosts) >= 3:
            yield Finding(
                "made-up-hosts",
                SPAM,
                0.4 if len(hosts) < 3 else 0.5,
                f"Links lead to {defang(sorted(hosts)[0])}, a name that looks drawn by lot.",
                "Links",
                "links",
                sorted(hosts)[0],
            )
            return


def _is_lot(target: Target) -> bool:
    first = target.host.removesuffix(target.domain).strip(".").partition(".")[0]
    return (
        len(first) >= 3
        and first not in {"www", "web", "cdn", "img", "email", "mail", "click", "links", "news"}
        and (
            looks_random(first)
            or (any(map(str.isdigit, first)) and any(map(str.isalpha, first)))
            or not set(first) & set("aeiou")
        )
    )
