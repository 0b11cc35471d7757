"""Describe the attachments of a message: names, types, hashes, and features of the content."""

import hashlib
from typing import Final

from gateway.mail import limits
from gateway.mail.filetypes import look_inside
from gateway.mail.headers import decode_value
from gateway.mail.message import Attachment
from gateway.mail.mime import Part
from gateway.mail.storable import storable

_CONTROLS: Final = dict.fromkeys(range(32), " ")


def describe_attachment(part: Part) -> Attachment:
    """Decode and inspect one attachment, and return its description; never raises."""
    data = part.payload()
    is_message = part.content_type == "message/rfc822"
    name = _name(part, is_message=is_message)
    contents = look_inside(data, name, part.content_type)
    content_id = decode_value(part.headers.first("content-id") or b"").strip("<> ")
    return Attachment(
        name=name,
        declared_type=part.content_type,
        detected_type="message/rfc822" if is_message else contents.media_type,
        size=len(data),
        md5=hashlib.md5(data, usedforsecurity=False).hexdigest(),
        sha1=hashlib.sha1(data, usedforsecurity=False).hexdigest(),
        sha256=hashlib.sha256(data).hexdigest(),
        content_id=content_id[: limits.NAME_CHARACTERS],
        encrypted=contents.encrypted and not is_message,
        inline=part.disposition == "inline" or (bool(content_id) and part.disposition != "attachment"),
        is_message=is_message,
        children=contents.children,
        features=() if is_message else contents.features,
    )


def _name(part: Part, *, is_message: bool) -> str:
    """Return the file name of the part, or the subject with `.eml` for an attached message without one.

    The name is text from the sender. It is never used as a path.
    """
    name = part.file_name
    if not name and is_message and part.children:
        subject = decode_value(part.children[0].headers.first("subject") or b"")
        name = f"{subject[:100]}.eml" if subject else ""
    return storable(name.translate(_CONTROLS).strip())[: limits.NAME_CHARACTERS]
