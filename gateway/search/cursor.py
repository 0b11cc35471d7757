"""Pagination cursors: opaque text for clients, which encodes a direction and a message key."""

import base64
import binascii
from dataclasses import dataclass
from typing import Literal


class InvalidCursor(ValueError):
    """The text is not a valid cursor of this gateway."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The position of a page: the messages `older` or `newer` than the message with this key."""

    direction: Literal["older", "newer"]
    key: int

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(f"{self.direction[0]}{self.key:x}".encode()).decode().rstrip("=")


def parse(text: str) -> Cursor:
    """Return the cursor that `text` encodes.

    Raise InvalidCursor if the text is not a cursor in canonical form.
    """
    try:
        plain = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode("ascii")
        key = int(plain[1:], 16)
    except (binascii.Error, ValueError, UnicodeError) as error:
        raise InvalidCursor(text) from error
    if plain[0] == "o" and 0 <= key < 2**63:
        cursor = Cursor("older", key)
    elif plain[0] == "n" and 0 <= key < 2**63:
        cursor = Cursor("newer", key)
    else:
        raise InvalidCursor(text)
    if str(cursor) != text:
        raise InvalidCursor(text)
    return cursor
