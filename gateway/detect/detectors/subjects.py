"""Detector for the shapes of subjects and names: disguised words, ornaments, the reader's own name, drawn numbers."""

import re
from collections.abc import Iterator
from typing import Final

from gateway.detect.defang import quoted
from gateway.detect.disguise import disguised_words, looks_random
from gateway.detect.evidence import Evidence
from gateway.detect.folding import mixed_words
from gateway.detect.verdict import MALICIOUS, SPAM, SUSPICIOUS, Finding

_ORNAMENT: Final = re.compile(r"[_~=*#|]{3}|[!?]{3}|[-.]{6}")
_FAR_BEHIND: Final = re.compile(r"\S {4,40}[A-Za-z0-9]{3,15}$")
_GLUED: Final = re.compile(r"[a-z]{3}[A-Z]{5,20}$|[a-z!?.] \d{12,30}$")
_LABEL: Final = re.compile(
    r"(?:[\[(<*_-]{0,3})(?:adv?|advertisement|광고|廣告|广告|広告)\s?(?:[\])>:*_-]|$)", re.IGNORECASE
)
_UNSPEAKABLE: Final = re.compile(r"[a-z]{14,80}")
_CONSONANTS: Final = re.compile(r"[bcdfghjklmnpqrstvwxz]{5}")
_FEWEST_MIXED: Final = 3
_SHORTEST_NAME: Final = 4


def detect(evidence: Evidence) -> Iterator[Finding]:
    """Find what subjects and names of unwanted mail look like."""
    if evidence.is_internal or evidence.is_discussion:
        return
    yield from _disguised(evidence)
    yield from _shape(evidence)


def _disguised(evidence: Evidence) -> Iterator[Finding]:
    message = evidence.message
    seen = disguised_words(f"{message.from_name} {message.subject}".replace("_", " "))
    words = seen or disguised_words(evidence.window)
    if words:
        yield Finding(
            "disguised-words",
            MALICIOUS if seen else SUSPICIOUS,
            0.8 if seen else 0.5,
            f"Words are written with letters or digits that look like others: {quoted(', '.join(words[:4]))}.",
            "Subject" if seen else "Body",
            "header" if seen else "body",
            words[0],
        )
    mixed = mixed_words(evidence.window)
    if mixed >= _FEWEST_MIXED:
        yield Finding(
            "mixed-scripts-in-text",
            SUSPICIOUS,
            0.6,
            f"{mixed} words of the text mix letters of several alphabets that look alike.",
            "Body",
            "body",
        )


def _shape(evidence: Evidence) -> Iterator[Finding]:
    message = evidence.message
    subject = message.subject
    if _ORNAMENT.search(subject) or _ORNAMENT.search(message.from_name):
        yield Finding(
            "ornaments",
            SPAM,
            0.3,
            f"Subject or name is full of ornaments: {quoted(subject)}.",
            "Subject",
            "header",
            subject,
        )
    if _LABEL.match(subject.strip()):
        yield Finding(
            "advertisement-label",
            SPAM,
            0.5,
            f"The subject bears the label that laws ask of advertising: {quoted(subject)}.",
            "Subject",
            "header",
            subject,
        )
    if _is_drawn(subject) or _ends_in_letters_drawn(evidence.body):
        yield Finding(
            "drawn-subject",
            SPAM,
            0.45,
            f"Subject or text ends in letters or digits drawn by lot: {quoted(subject)}.",
            "Subject",
            "header",
            subject,
        )
    if evidence.claims_to_be_discussion or (not message.html and not evidence.targets):
        return
    lowered = subject.lower()
    named = next((reader for reader in sorted(evidence.recipients) if _addresses(lowered, reader)), "")
    if named:
        yield Finding(
            "reader-in-subject",
            SUSPICIOUS,
            0.35,
            f"The subject names the reader's address or mailbox: {quoted(subject)}.",
            "Subject",
            "header",
            subject,
        )


def _is_drawn(subject: str) -> bool:
    """Return whether a subject ends in letters drawn by lot, or far behind its words in some others."""
    words = subject.split()
    if len(words) < 2:
        return False
    last = words[-1].strip("[](){}.,!?*-_")
    if last.isascii() and last.isalpha() and looks_random(last):
        return True
    return _FAR_BEHIND.search(subject[-60:]) is not None or _GLUED.search(subject[-60:]) is not None


def _ends_in_letters_drawn(text: str) -> bool:
    """Return whether a text ends in a long word that nobody could say."""
    last = text[-100:].rsplit(maxsplit=1)[-1:]
    return bool(last) and _UNSPEAKABLE.fullmatch(last[0]) is not None and _CONSONANTS.search(last[0]) is not None


def _addresses(subject: str, reader: str) -> bool:
    """Return whether a subject contains an address, or its mailbox where it has digits."""
    if reader in subject:
        return True
    local = reader.partition("@")[0]
    is_name = len(local) >= _SHORTEST_NAME and any(map(str.isdigit, local)) and not local.isdigit()
    return is_name and local in subject
