"""MIME parser: the tree of parts of one message, as offsets into its bytes.

The standard library's feed parser tests every line against every open boundary and recurses once for each level, so
it needs minutes and gigabytes for a crafted message. Here the work is bounded by size x depth, and nothing is copied
until a part is read. On well-formed mail both parsers find the same parts, which a test checks.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from gateway.mail import limits
from gateway.mail.headers import HeaderBlock, split_headers
from gateway.mail.parameters import media_type, parse_parameters
from gateway.mail.transfer import decode_transfer

_IDENTITY: Final = frozenset({"", "7bit", "8bit", "binary"})


@dataclass(slots=True)
class Part:
    """One MIME part (entity).

    Its encoded body is buffer[start:end]. `depth` is 0 for the message itself.
    """

    headers: HeaderBlock
    buffer: bytes
    start: int
    end: int
    content_type: str
    parameters: dict[str, str]
    disposition: str
    disposition_parameters: dict[str, str]
    encoding: str
    depth: int
    children: list["Part"] = field(default_factory=list)

    @property
    def is_multipart(self) -> bool:
        """Whether the content type is multipart/*."""
        return self.content_type.startswith("multipart/")

    @property
    def file_name(self) -> str:
        """The file name from Content-Disposition, else the name from Content-Type, else an empty string."""
        return self.disposition_parameters.get("filename") or self.parameters.get("name") or ""

    def payload(self) -> bytes:
        """Return the body with its transfer encoding decoded."""
        return decode_transfer(self.buffer[self.start : self.end], self.encoding)


@dataclass(slots=True)
class Tree:
    """The root part of a message, the number of all its parts, its defects, and what was not read."""

    root: Part
    parts: int = 0
    defects: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def leave_out(self, what: str) -> None:
        """Note that something was not read although a mail program might show it; `what` is a sentence."""
        self.note(what)
        if what not in self.unread and len(self.unread) < limits.DEFECTS:
            self.unread.append(what)

    def note(self, defect: str) -> None:
        """Add a defect if it was not noted before.

        Ignore it if there are 50 already.
        """
        if defect not in self.defects and len(self.defects) < limits.DEFECTS:
            self.defects.append(defect)


def split_message(raw: bytes) -> Tree:
    """Parse the MIME structure of a message; never raises."""
    root = _part(raw, 0, len(raw), 0, "text/plain")
    tree = Tree(root, parts=1)
    _descend(tree)
    return tree


def _part(buffer: bytes, start: int, end: int, depth: int, default: str) -> Part:
    headers = split_headers(buffer, start, end)
    content_type, parameters = media_type(headers.first("content-type"), default)
    disposition, disposition_parameters = parse_parameters(headers.first("content-disposition"))
    encoding = (headers.first("content-transfer-encoding") or b"").decode("ascii", "ignore")
    return Part(
        headers=headers,
        buffer=buffer,
        start=min(headers.body_start, end),
        end=end,
        content_type=content_type,
        parameters=parameters,
        disposition=disposition,
        disposition_parameters=disposition_parameters,
        encoding=encoding.split(";", 1)[0].strip().lower(),
        depth=depth,
    )


def _descend(tree: Tree) -> None:
    """Split every part that holds others, breadth first, so that the limits cut off the deepest parts."""
    waiting = [tree.root]
    while waiting:
        part = waiting.pop(0)
        for defect in part.headers.defects:
            tree.note(defect)
        if part.is_multipart or part.content_type == "message/rfc822":
            if part.depth >= limits.DEPTH:
                tree.note(f"Parts nested deeper than {limits.DEPTH} levels were not opened.")
                part.content_type = "application/octet-stream"
                continue
            part.children = _split_multipart(tree, part) if part.is_multipart else _open_message(tree, part)
            waiting.extend(part.children)


def _split_multipart(tree: Tree, part: Part) -> list[Part]:
    boundary = part.parameters.get("boundary", "").rstrip()[:256]
    regions, closed = _regions(part, boundary) if boundary else ([], True)
    if not regions:
        tree.note("A multipart has no part that its boundary marks: it was read as text.")
        part.content_type = "text/plain"
        return []
    if not closed:
        tree.note("A multipart lacks its closing boundary: its end may be missing.")
    allowed = limits.PARTS - tree.parts
    if len(regions) > allowed:
        tree.note(f"Only the first {limits.PARTS} parts were read.")
        regions = regions[:allowed]
    tree.parts += len(regions)
    default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
    return [_part(part.buffer, start, end, part.depth + 1, default) for start, end in regions]


def _regions(part: Part, boundary: str) -> tuple[list[tuple[int, int]], bool]:
    """Return the (start, end) offsets of the parts of a multipart, and whether its closing boundary was found.

    The line break before a boundary belongs to the boundary.
    """
    encoded = re.escape(boundary.encode("utf-8", "surrogateescape"))
    delimiter = re.compile(rb"--" + encoded + rb"(--)?[ \t]*(?:\r{0,2}\n|\r|\Z)")
    regions = []
    opened: int | None = None
    for match in delimiter.finditer(part.buffer, part.start, part.end):
        if match.start() > 0 and part.buffer[match.start() - 1] not in b"\r\n":
            continue
        if opened is not None:
            regions.append((opened, max(opened, _without_line_break(part.buffer, match.start()))))
            if len(regions) > limits.PARTS:
                return regions, True
        opened = None if match[1] else match.end()
        if match[1]:
            break
    if opened is not None:
        regions.append((opened, part.end))
    return regions, opened is None


def _without_line_break(buffer: bytes, end: int) -> int:
    if buffer[max(0, end - 2) : end] == b"\r\n":
        return end - 2
    return end - 1 if buffer[max(0, end - 1) : end] in {b"\n", b"\r"} else end


def _open_message(tree: Tree, part: Part) -> list[Part]:
    if tree.parts >= limits.PARTS:
        return []
    tree.parts += 1
    if part.encoding in _IDENTITY:
        return [_part(part.buffer, part.start, part.end, part.depth + 1, "text/plain")]
    if part.end - part.start > limits.NESTED_MESSAGE_BYTES:
        tree.note("An attached message is too large to be opened.")
        return []
    inner = part.payload()
    return [_part(inner, 0, len(inner), part.depth + 1, "text/plain")]
