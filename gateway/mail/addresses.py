"""Tolerant parser for address header fields (RFC 5322) of untrusted mail.

It reads the text in one pass and counts the open brackets. `email.utils.getaddresses` is not used, because it recurses
on `((((`.
"""

import re
from typing import Final

from gateway.mail import limits
from gateway.mail.charsets import decode
from gateway.mail.headers import decode_words
from gateway.mail.message import Mailbox
from gateway.mail.storable import storable

_SPACES: Final = " \t\r\n"
# One character that may be syntax, or a run of characters that never are.
_RUNS: Final = re.compile(r"""[^\\"()<>,:;]+|[\\"()<>,:;]""")


def parse_addresses(value: bytes) -> tuple[Mailbox, ...]:
    """Return the mailboxes of a field, at most 1,000, with groups flattened; never raises."""
    reader = _Reader()
    for run in _RUNS.findall(decode(value[: limits.HEADER_BYTES])):
        reader.take(run)
        if len(reader.mailboxes) >= limits.MAILBOXES:
            break
    reader.finish()
    return tuple(reader.mailboxes)


def first_sender(value: bytes) -> Mailbox:
    """Return the sender that a From field names: its first mailbox with an address.

    If that mailbox has no name, use the first name or address that precedes it. If no mailbox has an address, return
    the first one.
    """
    mailboxes = parse_addresses(value)
    for index, mailbox in enumerate(mailboxes):
        if "@" in mailbox.address:
            earlier = next((entry.name or entry.address for entry in mailboxes[:index]), "")
            return Mailbox(mailbox.name or earlier, mailbox.address)
    return mailboxes[0] if mailboxes else Mailbox("", "")


class _Reader:
    """State machine that collects the mailboxes of a field.

    `<`, `"` and `(` are open until they are closed.
    """

    def __init__(self) -> None:
        self.mailboxes: list[Mailbox] = []
        self._words: list[str] = []
        self._comment: list[str] = []
        self._angle: list[str] | None = None
        self._comments_open = 0
        self._quoted = False
        self._escaped = False

    def take(self, character: str) -> None:
        """Process the next character of the field, or the next run of characters that are not syntax."""
        if self._escaped or len(character) > 1:
            self._escaped = False
            self._keep(character)
        elif character == "\\" and (self._quoted or self._comments_open):
            self._escaped = True
        elif self._comments_open:
            self._take_in_comment(character)
        elif character == '"':
            self._quoted = not self._quoted
            if self._angle is not None:
                self._angle.append(character)
        elif self._quoted:
            self._keep(character)
        else:
            self._take_outside(character)

    def _take_in_comment(self, character: str) -> None:
        if character == "(":
            self._comments_open += 1
        elif character == ")":
            self._comments_open -= 1
        if self._comments_open:
            self._keep(character)

    def _take_outside(self, character: str) -> None:
        if character == "(":
            self._comments_open = 1
        elif character == "<":
            self._angle = []
        elif character == ">" or character == "," or (character == ";" and self._angle is None):
            self._end_mailbox()
        elif character == ":" and self._angle is None and "@" not in "".join(self._words):
            self._words.clear()
        else:
            self._keep(character)

    def _keep(self, character: str) -> None:
        if self._comments_open:
            self._comment.append(character)
        elif self._angle is not None:
            self._angle.append(character)
        else:
            self._words.append(character)

    def _end_mailbox(self) -> None:
        words = "".join(self._words).strip(_SPACES)
        comment = "".join(self._comment).strip(_SPACES)
        if self._angle is not None:
            address, name = "".join(self._angle), words or comment
        elif "@" in words and not any(space in words for space in _SPACES):
            address, name = words, comment
        else:
            name, address = _loose(words or comment)
        self._words, self._comment, self._angle = [], [], None
        address = _clean_address(address)
        name = storable(decode_words(name).strip(_SPACES + "'\""))[: limits.NAME_CHARACTERS]
        if address or name:
            self.mailboxes.append(Mailbox(name, address))

    def finish(self) -> None:
        """Add the last mailbox at the end of the field, whatever is still open."""
        self._end_mailbox()


def _loose(words: str) -> tuple[str, str]:
    """Split text without angle brackets into name and address: the last word with an @ is the address."""
    split = words.split()
    for index in range(len(split) - 1, -1, -1):
        if "@" in split[index]:
            return " ".join(split[:index] + split[index + 1 :]), split[index]
    return words, ""


def _clean_address(address: str) -> str:
    """Return the address without spaces and without a source route.

    Its case is kept.
    """
    bare = "".join(address.split())
    if bare.startswith("@") and ":" in bare:
        bare = bare.split(":", 1)[1]
    return storable(bare)[: limits.NAME_CHARACTERS]
