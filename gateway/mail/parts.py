"""Decide which leaves of the MIME tree are bodies and which are attachments."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gateway.mail.mime import Part, Tree, split_message

MESSAGE_TYPES: Final = frozenset({"message/rfc822", "message/global", "message/news"})
"""The media types of attached messages (RFC 2046 5.2.1, RFC 6532 3.7, RFC 5537 4.1)."""
_BODY_TYPES: Final = {
    "text/plain": "text",
    "text/enriched": "text",
    "text/richtext": "text",
    "text/markdown": "text",
    "text/html": "html",
}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A part and its role: text, html, attachment, message (an attached message), or other (not used).

    `nested` is true for a part inside an attached message.
    """

    part: Part
    role: str
    nested: bool


def leaves(tree: Tree) -> Iterator[Leaf]:
    """Yield every part that is not a multipart, in the order of the message."""
    waiting = [(tree.root, "", False)]
    while waiting:
        part, parent, nested = waiting.pop()
        is_message = part.content_type in MESSAGE_TYPES
        if is_message:
            yield Leaf(part, "message", nested)
        elif not part.is_multipart:
            yield Leaf(part, _role(part, parent, nested=nested), nested)
        inner = [(child, part.content_type, nested or is_message) for child in part.children]
        waiting.extend(reversed(inner))


def _role(part: Part, parent: str, *, nested: bool) -> str:
    kind = _BODY_TYPES.get(part.content_type)
    if parent == "multipart/alternative" and part.content_type == "text/x-amp-html":
        return "other"
    is_top = parent == "" or parent in MESSAGE_TYPES
    named = bool(part.file_name) and not is_top
    if kind and not named and (part.disposition != "attachment" or is_top):
        return "other" if nested else kind
    return "attachment"


def attachment_parts(tree: Tree) -> Iterator[Part]:
    """Yield the message's own files: the parts with which `ParsedMessage.attachments` begins."""
    return (leaf.part for leaf in leaves(tree) if leaf.role in {"attachment", "message"} and not leaf.nested)


def attachment_bytes(raw: bytes, index: int) -> bytes | None:
    """Return the decoded content of the message's own file with this index, or None if there is none."""
    for position, part in enumerate(attachment_parts(split_message(raw))):
        if position == index:
            return part.payload()
    return None
