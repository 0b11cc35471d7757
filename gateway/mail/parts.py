"""Decide which leaves of the MIME tree are bodies and which are attachments."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gateway.mail.mime import MESSAGE_TYPES, Part, Tree, split_message

_BODY_TYPES: Final = {
    "text/plain": "text",
    "text/enriched": "text",
    "text/richtext": "text",
    "text/markdown": "text",
    "text/html": "html",
}


# Text that mail programs offer as a file, not as text: RFC 2046 4.1.4 has any other text shown.
_FILES: Final = frozenset(
    "text/calendar text/css text/csv text/directory text/ecmascript text/javascript text/rfc822-headers text/rtf"
    " text/vcard text/x-amp-html text/x-vcalendar text/x-vcard text/xml".split()
)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A part and its role: text, html, amp, attachment, message (an attached message), or other (not used).

    `nested` is true for a part inside an attached message. `is_file` is true if the part is listed as an attachment: a
    body with a file name is, besides being shown.
    """

    part: Part
    role: str
    nested: bool
    is_file: bool


def leaves(tree: Tree) -> Iterator[Leaf]:
    """Yield every part that is not a multipart, in the order of the message, with its other readings behind it."""
    waiting = [(tree.root, "", False)]
    while waiting:
        part, parent, nested = waiting.pop()
        is_message = part.content_type in MESSAGE_TYPES
        if is_message:
            yield Leaf(part, "message", nested, is_file=True)
        elif not part.is_multipart:
            role = _role(part, parent)
            is_file = role == "attachment" or (_is_named(part) and bool(parent) and parent not in MESSAGE_TYPES)
            yield Leaf(part, "other" if nested and role != "attachment" else role, nested, is_file)
        inner = [(child, part.content_type, nested or is_message) for child in part.children]
        waiting.extend(reversed([*inner, *((reading, parent, nested) for reading in part.readings)]))


def _role(part: Part, parent: str) -> str:
    """Return the role of a leaf. Only the disposition attachment takes text out of the display (RFC 2183 2.8)."""
    if parent == "multipart/alternative" and part.content_type == "text/x-amp-html":
        return "amp"
    if part.disposition == "attachment":
        return "attachment"
    kind = _BODY_TYPES.get(part.content_type)
    if kind is None and part.content_type.startswith("text/") and part.content_type not in _FILES:
        kind = None if _is_named(part) else "text"
    return kind or "attachment"


def _is_named(part: Part) -> bool:
    return bool(part.file_name)


def attachment_parts(tree: Tree) -> Iterator[Part]:
    """Yield the message's own files: the parts with which `ParsedMessage.attachments` begins."""
    return (leaf.part for leaf in leaves(tree) if leaf.is_file and not leaf.nested)


def attachment_bytes(raw: bytes, index: int) -> bytes | None:
    """Return the decoded content of the message's own file with this index, or None if there is none."""
    for position, part in enumerate(attachment_parts(split_message(raw))):
        if position == index:
            return part.payload()
    return None
