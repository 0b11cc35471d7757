"""What the learnt model sees of a message: names of features, each with a prefix that tells its kind.

The words of subject and visible text, and the structure: how links, files and HTML are built, the shapes of addresses,
and the detectors' findings. Never recipients, ids, dates, nor which header fields there are: these tell who collected
the mail, not what it is.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Final

from gateway.detect.evidence import Evidence
from gateway.detect.folding import fold
from gateway.detect.hosts import Target
from gateway.detect.verdict import Finding

MOST_STRUCTURE: Final = 500
"""How many different features of the structure are used; of the words it is as many as are read."""

_WORDS: Final = 600
_SUBJECT_WORDS: Final = 30
_TARGETS: Final = 40
_FILES: Final = 20
_LONGEST_WORD: Final = 30
_DIGITS: Final = re.compile(r"\d+")
_SCRIPTS: Final = (
    ("cyrillic", "Ѐ", "ӿ"),
    ("greek", "Ͱ", "Ͽ"),
    ("hebrew", "֐", "׿"),
    ("arabic", "؀", "ۿ"),
    ("thai", "฀", "๿"),
    ("kana", "぀", "ヿ"),
    ("hangul", "가", "힯"),
    ("han", "一", "鿿"),
)
_TEXT_READ: Final = 4_000
# Findings that say nothing of what the mail is.
_NOT_LEARNT: Final = frozenset({"gtube", "unread"})


@dataclass(frozen=True, slots=True)
class Features:
    """The different features of a message, apart in two groups, because a long text must not drown the structure."""

    words: tuple[str, ...]
    structure: tuple[str, ...]


def features(evidence: Evidence, findings: Iterable[Finding]) -> Features:
    """Return the features of a message that the detectors have looked at."""
    personal = _personal(evidence)
    subject = _words(evidence.message.subject, personal, _SUBJECT_WORDS)
    text = _words(evidence.window, personal, _WORDS)
    words = [*(f"subject:{word}" for word in subject), *(f"word:{word}" for word in (*subject, *text))]
    structure = dict.fromkeys(_structure(evidence, findings))
    return Features(tuple(dict.fromkeys(words)), tuple(islice(structure, MOST_STRUCTURE)))


def _structure(evidence: Evidence, findings: Iterable[Finding]) -> Iterator[str]:
    for finding in findings:
        if finding.name not in _NOT_LEARNT:
            yield f"finding:{finding.name[:60]}"
    yield from _addresses(evidence)
    yield from _links(evidence)
    yield from _form(evidence)


def _personal(evidence: Evidence) -> frozenset[str]:
    """Return the words of the recipients' names and addresses: they tell whose mailbox it was."""
    message = evidence.message
    texts = [text for box in (*message.to, *message.cc, *message.bcc) for text in (box.name, box.address)]
    texts += [*message.delivered_to, *evidence.envelope.recipients]
    return frozenset(word for text in texts[:100] for word in fold(text[:320]).split())


def _words(text: str, personal: frozenset[str], most: int) -> list[str]:
    """Return the folded words of a text, with digits as "0"; without personal ones and those that are too long."""
    kept: list[str] = []
    for word in fold(text[:8_000]).split():
        if len(kept) >= most:
            break
        if word in personal or len(word) > _LONGEST_WORD:
            continue
        kept.append(_DIGITS.sub("0", word) if not word.isalpha() else word)
    return kept


def _addresses(evidence: Evidence) -> Iterator[str]:
    message = evidence.message
    yield f"from:shape={shape(message.from_address.partition('@')[0])}"
    yield f"from:tld={evidence.from_domain.rpartition('.')[2][:20]}"
    yield f"from:labels={min(6, evidence.from_domain.count('.') + 1)}"
    yield f"from:domain={shape(evidence.from_org.partition('.')[0])}"
    if evidence.is_free_sender:
        yield "from:free"
    yield f"name:{'none' if not message.from_name else 'address' if '@' in message.from_name else 'some'}"
    yield from (f"name:{word}" for word in _words(message.from_name, frozenset(), 8))
    if message.reply_to:
        yield f"reply:{'same' if evidence.reply_org == evidence.from_org else 'other'}"
    sender_org = evidence.envelope.mail_from.rpartition("@")[2].lower()
    if sender_org:
        yield f"envelope:{'same' if sender_org.endswith(evidence.from_org) else 'other'}"


def shape(name: str) -> str:
    """Return the shape of a name: what follows what, such as "word.word0" or "mixed", and how long it is.

    It is the same for all names that are built alike, so that nobody's own name is learnt.
    """
    kinds: list[str] = []
    for part in re.split(r"([.+_-])", name[:64]):
        if part in {".", "+", "_", "-"}:
            kinds.append(part)
        elif part:
            letters, digits = sum(map(str.isalpha, part)), sum(map(str.isdigit, part))
            changes = sum(one.isdigit() != other.isdigit() for one, other in pairwise(part))
            kinds.append("mixed" if changes > 1 else "word0" if letters and digits else "0" if digits else "word")
    length = "short" if len(name) < 8 else "middle" if len(name) < 16 else "long"
    return f"{''.join(kinds[:7])}/{length}"


def _links(evidence: Evidence) -> Iterator[str]:
    targets = evidence.targets
    yield f"links:{_magnitude(len(targets))}"
    yield f"hosts:{_magnitude(len({target.host for target in targets}))}"
    for target in targets[:_TARGETS]:
        yield from _target(target, evidence)


def _target(target: Target, evidence: Evidence) -> Iterator[str]:
    whose = "own" if target.domain and target.domain == evidence.from_org else "other"
    yield f"link:{whose}"
    if target.is_ip:
        yield "link:ip"
    else:
        yield f"link:tld={target.host.rpartition('.')[2][:20]}"
        yield f"link:{whose} labels={min(6, target.host.count('.') + 1)}"
    if target.is_shortener:
        yield "link:shortener"
    if target.is_free_hosting:
        yield "link:free hosting"
    parts = [part for part in target.path.split("/") if part]
    yield f"link:{whose} path={min(5, len(parts))}"
    if parts:
        yield f"link:{whose} last={shape(parts[-1].partition('.')[0])}"
    yield f"link:{whose} query={min(4, target.query.count('=')) if target.query else 0}"
    text = _words(target.link.text, frozenset(), 6)
    yield from (f"link:says {word}" for word in text)


def _form(evidence: Evidence) -> Iterator[str]:
    message = evidence.message
    yield from (f"markup:{name[:60]}" for name in message.markup)
    yield f"text:{_magnitude(len(evidence.body) // 50)}"
    yield f"parts:{'html' if message.html else ''}{'+text' if message.text else ''}"
    for file in message.attachments[:_FILES]:
        yield f"file:{file.detected_type[:60]}"
        yield f"file:.{file.name.rpartition('.')[2][:10].lower() if '.' in file.name else ''}"
        yield from (f"file:has {name[:60]}" for name in file.features)
        if file.encrypted:
            yield "file:encrypted"
    if message.hidden_text:
        yield f"hidden:{_magnitude(len(message.hidden_text) // 50)}"
    text = evidence.body[:_TEXT_READ]
    if not text.isascii():
        for script, first, last in _SCRIPTS:
            if any(first <= character <= last for character in text):
                yield f"script:{script}"
    letters = sum(map(str.isalpha, message.subject))
    if letters >= 8 and sum(map(str.isupper, message.subject)) > letters * 0.6:
        yield "subject:CAPITALS"
    if "!" in message.subject:
        yield "subject:!"


def _magnitude(number: int) -> str:
    """Return how large a number is, in powers of two, so that 20 and 25 are the same."""
    return str(number.bit_length())
