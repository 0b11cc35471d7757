"""The header lines that a mail program puts above a message that it forwards within the text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from gateway.mail.message import ParsedMessage
from gateway.submissions.forwards.labels import FROM, KINDS, LONGEST_LABEL, MESSAGE_ID, SENT, SUBJECT
from gateway.submissions.forwards.quoted_times import QuotedTime, quoted_time

_CHARACTERS: Final = 200_000
_LINES: Final = 4_000
_BLOCK: Final = 30
_VALUE: Final = 1_000
_MORE_LINES: Final = 3
_MOST_IDS: Final = 11
_BLANKS: Final = " \t\xa0*_\u200b\u200e\u200f\ufeff"
_QUOTES: Final = f"{_BLANKS}>|"
_ADDRESS: Final = re.compile(r"[^\s<>\[\]()\"',;:@]{1,64}@[^\s<>\[\]()\"',;:@]{1,255}")
_ID: Final = re.compile(r"<[^<>\s]{1,900}>")


@dataclass(frozen=True, slots=True)
class QuotedHeader:
    """What a forward says of the message in it: who sent it, under which subject, and when.

    `addresses` are in lower case; where a mail program shows only the name, there are none. `subjects` are the ways to
    read a subject that may have been wrapped, the shortest first; what follows it may be the text already.
    """

    addresses: tuple[str, ...]
    name: str
    subjects: tuple[str, ...]
    time: QuotedTime | None


@dataclass(slots=True)
class _Block:
    """The fields of a block, and the number of the line where it begins."""

    first: int
    values: dict[str, str] = field(default_factory=dict)
    more_of_subject: list[str] = field(default_factory=list)

    def take(self, kind: str, line: str) -> None:
        """Take a line below a field: its value, if the label stood alone, else perhaps more of the subject."""
        if not self.values[kind]:
            self.values[kind] = line
        elif kind == SUBJECT and len(self.more_of_subject) < _MORE_LINES:
            self.more_of_subject.append(line)

    def subjects(self) -> tuple[str, ...]:
        """Return the ways to read the subject."""
        lines = [self.values.get(SUBJECT, ""), *self.more_of_subject]
        joined = (" ".join(" ".join(lines[:count]).split()) for count in range(1, len(lines) + 1))
        return tuple(subject for subject in joined if subject)


def quoted_header(parsed: ParsedMessage) -> QuotedHeader | None:
    """Return what the text quotes of the first message in it, or None: at least its sender, and subject or time.

    What stands in the text is the reporter's word, and below the block the sender's. It is compared, never trusted.
    """
    for text in (parsed.text, parsed.html_text):
        block = _first_block(text)
        if block is not None:
            value = block.values[FROM]
            return QuotedHeader(
                addresses=tuple(dict.fromkeys(one.lower().rstrip(".") for one in _ADDRESS.findall(value)[:5])),
                name=_name(value),
                subjects=block.subjects(),
                time=quoted_time(block.values.get(SENT, "")),
            )
    return None


def quoted_message_ids(parsed: ParsedMessage) -> tuple[str, ...]:
    """Return the identifiers of Message-ID lines in the text, at most eleven: somebody pasted a header."""
    for text in (parsed.text, parsed.html_text):
        lines = (value for _number, kind, value in _labelled(text) if kind == MESSAGE_ID)
        found = dict.fromkeys(match[0] for value in lines if (match := _ID.search(value)))
        if found:
            return tuple(found)[:_MOST_IDS]
    return ()


def _first_block(text: str) -> _Block | None:
    block: _Block | None = None
    last = ""
    for number, kind, value in _labelled(text):
        if kind:
            if block is None or number - block.first > _BLOCK or kind in block.values:
                if block is not None and _is_whole(block):
                    return block
                block = _Block(number)
            block.values[kind], last = value, kind
        elif block is None or number - block.first > _BLOCK:
            continue
        elif value and last:
            block.take(last, value)
        elif not value and last and block.values[last]:
            last = ""
            if _is_whole(block) and SUBJECT in block.values and SENT in block.values:
                return block
    return block if block is not None and _is_whole(block) else None


def _is_whole(block: _Block) -> bool:
    return bool(block.values.get(FROM)) and (SUBJECT in block.values or SENT in block.values)


def _labelled(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield (number, kind, value) of each line; a line without a label that is known has no kind."""
    for number, line in enumerate(text[:_CHARACTERS].splitlines()[:_LINES]):
        bare = line[: _VALUE + LONGEST_LABEL].lstrip(_QUOTES).rstrip(_BLANKS)
        label, colon, value = bare.partition(":")
        kind = KINDS.get(label.strip(_BLANKS).casefold(), "") if colon and len(label) <= LONGEST_LABEL else ""
        yield number, kind, value.strip(_BLANKS) if kind else bare


def _name(value: str) -> str:
    found = _ADDRESS.search(value)
    name = value[: found.start()] if found else value
    return " ".join(name.replace("mailto:", "").strip(" \t<>[]()\"'").split()).casefold()
