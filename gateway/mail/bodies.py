"""Decode and collect the plain text and HTML bodies of a message."""

import re
from dataclasses import dataclass, field
from typing import Final

from gateway.mail import limits
from gateway.mail.charsets import codec_for, decode
from gateway.mail.enriched_text import enriched_text
from gateway.mail.flowed import unflow
from gateway.mail.mime import Part, Tree
from gateway.mail.parts import Leaf

_META_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
_META_REACH: Final = 2_048
# A character has at most four bytes, and quoted-printable encodes each byte as three.
_BYTES_PER_CHARACTER: Final = 12


@dataclass(slots=True)
class Bodies:
    """The decoded bodies by kind, in the order of their parts."""

    text: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    amp: list[str] = field(default_factory=list)

    def add(self, leaf: Leaf, tree: Tree) -> None:
        """Decode a leaf whose role is text or html and add its content.

        Say what was left out if the body is too long.
        """
        pieces, most = (
            (self.html, limits.HTML_CHARACTERS) if leaf.role == "html" else (self.text, limits.TEXT_CHARACTERS)
        )
        room = most - sum(map(len, pieces))
        if room <= 0:
            tree.leave_out(f"The {leaf.role} body is longer than {most:,} characters: its end was not read.")
            return
        content = decode_body(leaf.part, tree)
        if leaf.part.content_type in {"text/enriched", "text/richtext"}:
            content = enriched_text(content)
        if len(content) > room:
            tree.leave_out(f"The {leaf.role} body is longer than {most:,} characters: its end was not read.")
        pieces.append(content[:room])


def decode_body(part: Part, tree: Tree) -> str:
    """Return a text part's content with its transfer encoding, charset and flowed lines decoded.

    Note a defect if the charset is unknown.
    """
    part_end = part.end
    part.end = min(part.end, part.start + _BYTES_PER_CHARACTER * limits.TEXT_CHARACTERS)
    data = part.payload()
    part.end = part_end
    charset = part.parameters.get("charset", "")
    if charset and codec_for(charset) is None:
        tree.note(f"The charset {charset[:40]!r} is not known: the text was decoded by what it looks like.")
        charset = ""
    if not charset and part.content_type == "text/html":
        meta = _META_CHARSET.search(data[:_META_REACH])
        charset = meta[1].decode("ascii") if meta else ""
    text = decode(data, charset)
    if part.content_type == "text/plain" and part.parameters.get("format", "").lower() == "flowed":
        return unflow(text, delete_space=part.parameters.get("delsp", "").lower() == "yes")
    return text
