"""Attached messages (RFC 2046 5.2, RFC 6532 3.7), of any type or name: what lies in them, and their links."""

import re
from typing import Final

from gateway.mail.bodies import decode_body
from gateway.mail.containers.budget import Budget
from gateway.mail.containers.link_text import links_of_page, links_of_text
from gateway.mail.containers.opened import Member, Opened
from gateway.mail.containers.uuencode import MOST_CODED, coded_files
from gateway.mail.encoded_words import decode_value
from gateway.mail.file_names import extension, extension_kind
from gateway.mail.headers import split_headers
from gateway.mail.mime import MESSAGE_TYPES, Part, Tree, split_message
from gateway.mail.parts import leaves
from gateway.mail.storable import storable

_CONTROLS: Final = dict.fromkeys(range(32), " ")
_FILE_ENDINGS: Final = frozenset({"eml", "emlx", "mht", "mhtml", "nws", "mim", "mime", "email", "mbox", "msg"})
_TEXT_ENDINGS: Final = frozenset(
    {"txt", "log", "md", "csv", "html", "htm", "diff", "patch", "ics", "vcf", "json", "xml"}
)
_HEAD: Final = 8_192
_HEADER_REACH: Final = 65_536
_FIELD: Final = re.compile(rb"^([A-Za-z][A-Za-z0-9-]{1,60}):", re.MULTILINE)
_TELLING: Final = frozenset(
    b"from to subject date message-id mime-version content-type received return-path reply-to delivered-to".split()
)


def files_in(tree: Tree) -> list[Member]:
    """Return the files of a message in the order of its parts, then those that are coded into its text.

    Files in attached messages are left to those who open these.
    """
    found: list[Member] = []
    coded: list[Member] = []
    for leaf in leaves(tree):
        if leaf.nested:
            continue
        if leaf.is_file:
            found.append(_file(leaf.part, is_message=leaf.role == "message"))
        if leaf.role == "text":
            coded += coded_files(leaf.part.payload())
    if len(coded) >= MOST_CODED:
        tree.leave_out(f"The text holds more than {MOST_CODED} coded files: the rest was not read.")
        coded = coded[:MOST_CODED]
    return found + coded


def _file(part: Part, *, is_message: bool) -> Member:
    content_id = decode_value(part.headers.first("content-id") or b"").strip("<> ")
    data = part.payload()
    return Member(
        name=_name(part, data, is_message=is_message),
        data=data,
        declared_type=part.content_type,
        content_id=content_id,
        inline=part.disposition == "inline" or (bool(content_id) and part.disposition != "attachment"),
        part=part,
    )


def _name(part: Part, data: bytes, *, is_message: bool) -> str:
    """Return the file name of the part, or the subject with `.eml` for an attached message without one.

    The name is text from the sender. It is never used as a path.
    """
    name = part.file_name
    if not name and is_message:
        headers = part.children[0].headers if part.children else split_headers(data, 0, min(len(data), _HEADER_REACH))
        subject = decode_value(headers.first("subject") or b"")
        name = f"{subject[:100]}.eml" if subject else ""
    return storable(name.translate(_CONTROLS).strip())


def is_message(data: bytes, name: str, declared: str) -> bool:
    """Return whether a mail program opens the file as a message: by its type, by its name, or by what it looks like."""
    if declared in MESSAGE_TYPES:
        return True
    ending = extension(name)
    if ending not in _FILE_ENDINGS and extension_kind(ending):
        return False
    if ending in _TEXT_ENDINGS or declared.startswith(("message/", "text/rfc822-headers")):
        return False
    head = data[:_HEAD].lstrip(b"\xef\xbb\xbf\r\n\t ")
    if head.startswith((b"From ", b">From ")) or (ending == "emlx" and head[:1].isdigit()):
        head = head.partition(b"\n")[2]
    if not _FIELD.match(head):
        return False
    block = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0]
    telling = {match[1].lower() for match in _FIELD.finditer(block)} & _TELLING
    return len(telling) >= (1 if ending in _FILE_ENDINGS else 3)


def open_message(data: bytes, _name: str, budget: Budget, part: Part | None = None) -> Opened:
    """Open an attached message; `part` is its part, whose tree is used if it was split already."""
    if part is not None and part.children:
        return open_tree(Tree(part.children[0]), budget)
    return open_tree(split_message(_without_envelope(data)), budget)


def _without_envelope(data: bytes) -> bytes:
    """Return the message without what mbox and Apple Mail (.emlx) put in front: a line that is no header field."""
    start = data[:_HEAD].lstrip(b"\xef\xbb\xbf\r\n\t ")
    line, _, rest = start.partition(b"\n")
    is_envelope = line.startswith((b"From ", b">From ")) or line.strip().isdigit()
    return (rest if is_envelope else start) + data[_HEAD:]


def open_tree(tree: Tree, budget: Budget) -> Opened:
    """Return the files and the bodies of a message."""
    opened = Opened()
    for member in files_in(tree):
        if budget.take(len(member.data)):
            opened.members.append(member)
        else:
            budget.leave_out(f"A file in an attached message is too large to be opened: {member.name[:80]}.")
    for leaf in leaves(tree):
        if leaf.nested:
            continue
        if leaf.role == "html":
            opened.html.append(decode_body(leaf.part, tree))
        elif leaf.role == "text":
            opened.text.append(decode_body(leaf.part, tree))
    for sentence in tree.unread:
        budget.leave_out(sentence)
    return opened


def links_of_bodies(opened: Opened, place: str, budget: Budget) -> None:
    """Add the links of a container's bodies to its links."""
    for source in opened.html:
        opened.links += links_of_page(source, place, budget)
    for text in opened.text:
        opened.links += links_of_text(text, place)
