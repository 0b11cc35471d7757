"""Detector for spam: its wording, disguised text, sender anomalies and link targets."""

import re
from collections.abc import Iterator
from typing import Final

from gateway.detect.defang import defang, quoted
from gateway.detect.detectors.destinations import strangers
from gateway.detect.evidence import Evidence
from gateway.detect.folding import has_mixed_scripts, styled_letters
from gateway.detect.verdict import SPAM, SUSPICIOUS, Finding
from gateway.mail.domains import registrable_domain

_SUBJECTS: Final = {
    "pharmacy": 0.35,
    "dating": 0.3,
    "casino": 0.3,
    "slimming": 0.3,
    "prize": 0.3,
    "crypto": 0.25,
    "easy money": 0.25,
    "sales": 0.2,
    "removal": 0.4,
    "explicit": 0.5,
}
_EMOJI: Final = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf\u2b50\u231b\u23f0\u23f3\u20bf]")
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_RANDOM_LABEL: Final = re.compile(r"(?=[a-z0-9]*\d)(?=[a-z0-9]*[a-z])[a-z0-9]{5,}|[0-9]{3,}|[a-z0-9]{18,}")
_SPACED_OUT: Final = re.compile(r"(?:\b\w\b[ ._]){5}")
_LITTLE_TEXT: Final = 250
_MOST_PHRASES: Final = 6
_BY_CHANCE: Final = 0.25
# Honest shops say much of it too.
_MOST_OF_A_SHOP: Final = 3
_MOST_OF: Final = {"sales": 5, "removal": 2}
_DOMAIN: Final = re.compile(r"(?<![\w.-])[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.[a-z][a-z0-9-]{1,62}", re.IGNORECASE)


def detect(evidence: Evidence) -> Iterator[Finding]:
    """Find the marks of spam."""
    if evidence.is_internal:
        return
    yield from _wording(evidence)
    yield from _disguise(evidence)
    yield from _sending(evidence)
    yield from _targets(evidence)


def _wording(evidence: Evidence) -> Iterator[Finding]:
    foreign = strangers(evidence)
    for subject, weight in _SUBJECTS.items():
        said = evidence.count(subject)
        if not said or (subject == "removal" and _ends_by_itself(evidence)):
            continue
        most = _MOST_OF.get(subject, _MOST_PHRASES)
        if subject == "sales" and evidence.targets and not foreign and not evidence.fails_dmarc:
            most = _MOST_OF_A_SHOP
        # A single phrase may stand there by chance.
        score = 1 - (1 - weight) ** (min(said, most) - _BY_CHANCE)
        if evidence.is_discussion:
            score *= 0.3
        yield Finding(
            f"{subject.replace(' ', '-')}-wording",
            SPAM,
            round(score, 2),
            f"The wording is that of {_KIND[subject]} ({evidence.example(subject)}).",
            "Body",
            "body",
        )


def _ends_by_itself(evidence: Evidence) -> bool:
    """Return whether the message has the field by which mail programs end it, from a sender that signed it."""
    return bool(evidence.message.list_unsubscribe) and evidence.from_org in evidence.signed_orgs


_KIND: Final = {
    "pharmacy": "advertising for medicines",
    "dating": "advertising for dating or sex",
    "casino": "advertising for gambling",
    "slimming": "advertising for miracle cures",
    "prize": "prize and voucher scams",
    "crypto": "coin and investment schemes",
    "easy money": "easy-money and loan offers",
    "sales": "unsolicited offers",
    "explicit": "pornography",
    "removal": "mail that nobody asked for and that says how to end it",
}


def _disguise(evidence: Evidence) -> Iterator[Finding]:
    visible = f"{evidence.message.from_name} {evidence.message.subject}"
    if styled_letters(visible) >= 3 or _SPACED_OUT.search(evidence.message.subject):
        yield Finding(
            "styled-letters",
            SPAM,
            0.55,
            f"Name or subject is written in disguised letters: {quoted(visible)}.",
            "Subject",
            "header",
            visible,
        )
    if has_mixed_scripts(visible):
        yield Finding(
            "mixed-scripts",
            SUSPICIOUS,
            0.6,
            f"Name or subject mixes letters of several alphabets that look alike: {quoted(visible)}.",
            "Subject",
            "header",
            visible,
        )
    if len(_INVISIBLE.findall(visible)) >= 3:
        yield Finding(
            "invisible-letters",
            SPAM,
            0.6,
            "Invisible characters break up the words of name or subject.",
            "Subject",
            "header",
            visible,
        )
    if "hidden-text" in evidence.message.markup and len(evidence.body) < _LITTLE_TEXT:
        yield Finding("hidden-text", SPAM, 0.3, "The message hides most of its text from the reader.", "Body", "body")


def _sending(evidence: Evidence) -> Iterator[Finding]:
    message = evidence.message
    domain = evidence.from_domain.rstrip(".")
    if message.from_address and not _DOMAIN.fullmatch(domain):
        yield Finding(
            "impossible-sender",
            SPAM,
            0.45,
            f"The sender's domain {defang(evidence.from_domain or message.from_address)} can't exist.",
            "From",
            "header",
            message.from_address,
        )
    missing = [field for field in ("date", "message-id", "to") if field not in evidence.fields]
    if len(missing) >= 2 or (not message.from_address and evidence.fields):
        yield Finding(
            "missing-fields", SPAM, 0.25, f"The header lacks {' and '.join(missing or ['a sender'])}.", None, "header"
        )
    if _EMOJI.search(message.from_name):
        yield Finding(
            "pictures-in-name",
            SPAM,
            0.2,
            f"The sender's name holds pictures: {quoted(message.from_name)}.",
            "From",
            "header",
        )
    labels = evidence.from_domain.split(".")
    if len(labels) > 2 and sum(1 for label in labels[:-2] if _RANDOM_LABEL.fullmatch(label) or len(label) == 1) >= 1:
        yield Finding(
            "random-sender",
            SPAM,
            0.25,
            f"The sender's domain {defang(evidence.from_domain)} looks made up.",
            "From",
            "header",
        )


def _targets(evidence: Evidence) -> Iterator[Finding]:
    foreign = evidence.foreign_targets
    if evidence.is_discussion or not foreign:
        return
    hidden = next((target for target in foreign if target.is_shortener or target.is_free_hosting), None)
    html = bool(evidence.message.html)
    if hidden is not None and html:
        yield Finding(
            "hidden-target",
            SPAM,
            0.3,
            f"Links hide behind {defang(hidden.host)}, where anybody can put a page.",
            "Links",
            "links",
            hidden.link.href,
        )
    domains = {target.domain or target.host for target in foreign}
    own = len(foreign) < len(evidence.targets)
    if (
        html
        and not own
        and len(domains) <= 2
        and len(evidence.message.html_text) < _LITTLE_TEXT
        and "remote-image" in evidence.message.markup
    ):
        yield Finding(
            "picture-only",
            SPAM,
            0.3,
            f"The message is little but pictures that lead to {defang(sorted(domains)[0])}, away from its sender.",
            "Body",
            "links",
            foreign[0].link.href,
        )
    yield from _random_hosts(evidence)
    if html and not evidence.message.text.strip() and not (evidence.signed_orgs or evidence.fails_dmarc):
        yield Finding(
            "html-only",
            SPAM,
            0.2,
            "The message has no plain text, as mail programs send it, and no signature, as services do.",
            "Body",
            "body",
        )


def _random_hosts(evidence: Evidence) -> Iterator[Finding]:
    by_domain: dict[str, set[str]] = {}
    for target in evidence.foreign_targets:
        label = target.host.partition(".")[0]
        if target.domain and target.host != target.domain and _RANDOM_LABEL.fullmatch(label):
            by_domain.setdefault(target.domain, set()).add(target.host)
    for domain, hosts in by_domain.items():
        if len(hosts) >= 3 or any(len(host.partition(".")[0]) >= 18 for host in hosts):
            yield Finding(
                "random-hosts",
                SPAM,
                0.65,
                f"Links lead to made-up hosts under {defang(registrable_domain(domain) or domain)}.",
                "Links",
                "links",
                sorted(hosts)[0],
            )
            return
