"""Parser for address fields (RFC 5322 3.4 and 4.4) of untrusted mail.

It reads the field in one pass, and takes what mail programs take: semicolons or blanks between addresses, missing
quotes, several addresses in angle brackets. `email.utils.getaddresses` is not used, because it recurses on `((((`.
"""

import re
from typing import Final

from gateway.mail import limits
from gateway.mail.address_tokens import Token, tokens
from gateway.mail.encoded_words import decode_raw, decode_words
from gateway.mail.message import Mailbox
from gateway.mail.storable import storable

_DOT_ATOM: Final = re.compile(r"[^\s()<>\[\]:;@\\,\".]++(?:\.[^\s()<>\[\]:;@\\,\".]++)*+")
_ADDRESS: Final = re.compile(_DOT_ATOM.pattern + "@" + _DOT_ATOM.pattern)
_QUOTED_PAIR: Final = re.compile(r"\\(.)", re.DOTALL)
_LONGEST_LOCAL_PART: Final = 320


def parse_addresses(value: bytes, charset: str = "") -> tuple[Mailbox, ...]:
    """Return the mailboxes of a field, at most 5,000, with groups flattened; never raises.

    Raw text that is no UTF-8 is in `charset`.
    """
    return read_addresses(value, charset)[0]


def read_addresses(value: bytes, charset: str = "") -> tuple[tuple[Mailbox, ...], bool]:
    """Return the same mailboxes, and whether the field was read to its end."""
    reader = _Reader()
    for count, token in enumerate(tokens(decode_raw(value, charset))):
        if count >= limits.ADDRESS_TOKENS or len(reader.mailboxes) >= limits.MAILBOXES:
            return tuple(reader.mailboxes), False
        reader.take(token)
    reader.finish()
    return tuple(reader.mailboxes), True


def first_sender(mailboxes: tuple[Mailbox, ...]) -> Mailbox:
    """Return the sender among the mailboxes of a From field: the first one with an address.

    If that mailbox has no name, use the first name or address that precedes it. If no mailbox has an address, return
    the first one.
    """
    for index, mailbox in enumerate(mailboxes):
        if "@" in mailbox.address:
            earlier = next((entry.name or entry.address for entry in mailboxes[:index]), "")
            return Mailbox(mailbox.name or earlier, mailbox.address)
    return mailboxes[0] if mailboxes else Mailbox("", "")


class _Reader:
    """Collects the mailboxes of a field from its tokens."""

    def __init__(self) -> None:
        self.mailboxes: list[Mailbox] = []
        self._phrase: list[Token] = []
        self._comments: list[str] = []
        self._angle: list[Token] | None = None
        # Addresses that the current mailbox has had in angle brackets.
        self._found = 0

    def take(self, token: Token) -> None:
        """Process the next token of the field."""
        if token.kind == "comment":
            self._comments.append(token.text)
        elif token.kind == "special":
            self._special(token)
        elif self._angle is not None:
            self._angle.append(token)
        else:
            self._phrase.append(token)

    def _special(self, token: Token) -> None:
        if token.text == "<":
            self._end_angle()
            self._angle = []
        elif token.text == ">":
            self._end_angle()
        elif self._angle is not None and not self._ends_angle(token, self._angle):
            self._angle.append(token)
        elif token.text in ",;":
            self.finish()
        elif token.text == ":" and not any(one.text == "@" for one in self._phrase[-8:]):
            # The name of a group.
            self._phrase.clear()
        else:
            self._phrase.append(token)

    @staticmethod
    def _ends_angle(token: Token, angle: list[Token]) -> bool:
        """Return whether a comma within an open angle bracket ends the mailbox: not within a source route."""
        return bool(angle) and angle[0].text != "@" and token.text in ",;"

    def _end_angle(self) -> None:
        if self._angle is None:
            return
        address = _address(_without_route(self._angle))
        if not self._found:
            name = _name(self._phrase) or _joined_comments(self._comments)
            self._phrase.clear()
            self._comments.clear()
            if not address and self._angle:
                # What stands in the brackets is no address: it is shown as it is.
                address = _text(self._angle)
            self._found += self._add(name, address)
        elif address:
            self._found += self._add("", address)
        self._angle = None

    def finish(self) -> None:
        """End the current mailbox: at a separator, or at the end of the field."""
        self._end_angle()
        if not self._found:
            self._bare()
        elif self.mailboxes and not self.mailboxes[-1].name and self._found == 1:
            # A name behind the address.
            name = _name(self._phrase) or _joined_comments(self._comments)
            self.mailboxes[-1] = Mailbox(name, self.mailboxes[-1].address)
        self._phrase, self._comments, self._found = [], [], 0

    def _bare(self) -> None:
        """Add the mailboxes of text without angle brackets: each address in it, with the other words as the name."""
        words: list[Token] = []
        addresses: list[str] = []
        pending: list[Token] = []
        for token in [*self._phrase, Token("word", "", True)]:
            if pending and token.spaced and token.text != "@" and pending[-1].text != "@":
                address = _address(pending)
                if address:
                    addresses.append(address)
                else:
                    words += pending
                pending = []
            pending.append(token)
        if not addresses and len(words) == 1 and words[0].kind == "quoted":
            # Some write the quotes of a name around an address that has none.
            whole = _name(words)
            addresses, words = ([whole], []) if _ADDRESS.fullmatch(whole) else ([], words)
        name = _name(words) or _joined_comments(self._comments)
        if not addresses:
            self._add(name, "")
        for index, address in enumerate(addresses):
            self._add("" if index else name, address)

    def _add(self, name: str, address: str) -> bool:
        clean = storable(decode_words(name).strip(" \t\r\n'\""))[: limits.NAME_CHARACTERS]
        bare = storable(address)[: limits.NAME_CHARACTERS]
        if (clean or bare) and len(self.mailboxes) < limits.MAILBOXES:
            self.mailboxes.append(Mailbox(clean, bare))
            return True
        return False


def _address(found: list[Token]) -> str:
    """Return the address that the tokens are, or an empty string.

    The last `@` divides it. The quotes of the local part stay only where it needs them (RFC 5321 4.1.2).
    """
    at = next((index for index in range(len(found) - 1, -1, -1) if found[index].text == "@"), -1)
    if at <= 0 or at == len(found) - 1:
        return ""
    domain = "".join(token.text for token in found[at + 1 :])
    local = "".join(_local(token) for token in found[:at])
    if local.startswith("'") and domain.endswith("'"):
        # Outlook quotes an address that is its own name.
        local, domain = local[1:], domain[:-1]
    return f"{local}@{domain}"


def _local(token: Token) -> str:
    if token.kind != "quoted":
        return token.text
    plain = _QUOTED_PAIR.sub(r"\1", token.text[1:-1])
    return plain if len(plain) < _LONGEST_LOCAL_PART and _DOT_ATOM.fullmatch(plain) else token.text


def _without_route(found: list[Token]) -> list[Token]:
    """Return the tokens behind a source route, which is ignored (RFC 5322 4.4)."""
    if found and found[0].text.lower() == "mailto" and len(found) > 1 and found[1].text == ":":
        return found[2:]
    if not found or found[0].text != "@":
        return found
    colon = next((index for index, token in enumerate(found) if token.text == ":"), -1)
    return found[colon + 1 :]


def _text(found: list[Token]) -> str:
    return "".join(token.text for token in found)


def _name(words: list[Token]) -> str:
    """Return the phrase that the tokens are, without quotes, with one blank where the field has any."""
    pieces = []
    for token in words:
        pieces.append(" " if token.spaced else "")
        pieces.append(_QUOTED_PAIR.sub(r"\1", token.text[1:-1]) if token.kind == "quoted" else token.text)
    return "".join(pieces).strip()


def _joined_comments(comments: list[str]) -> str:
    return " ".join(comments)
