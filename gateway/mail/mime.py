"""MIME parser: the tree of parts of one message, as offsets into its bytes.

The standard library's feed parser tests every line against every open boundary and recurses once for each level, so
it needs minutes and gigabytes for a crafted message. Here the work is bounded, and nothing is copied until it is read.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from gateway.mail import limits
from gateway.mail.boundaries import Region, guess_boundary, regions
from gateway.mail.comments import without_comments
from gateway.mail.encoded_words import decode_raw
from gateway.mail.headers import HeaderBlock, split_headers
from gateway.mail.parameters import Parameters, media_type, parse_parameters
from gateway.mail.saved_files import as_eight_bit
from gateway.mail.transfer import IDENTITY, decode_transfer, encoding_name

MESSAGE_TYPES: Final = frozenset({"message/rfc822", "message/global", "message/news"})
"""The media types of attached messages (RFC 2046 5.2.1, RFC 6532 3.7, RFC 5537 4.1)."""
_MOST_READINGS: Final = 4
_CONTENT: Final = re.compile(rb"\S")
_SHORT_LINE: Final = 100


@dataclass(slots=True)
class Part:
    """One MIME part (entity).

    Its encoded body is buffer[start:end]. `depth` is 0 for the message itself. `readings` are the same bytes as the
    other fields of a contradicting header describe them.
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
    readings: list["Part"] = field(default_factory=list)

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
    """The root part of a message, the number of all its parts, its defects, and what was not read.

    `contradictions` are the defects that make mail programs read the message differently.
    """

    root: Part
    parts: int = 0
    empty_parts: int = 0
    defects: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    contradictions: list[str] = field(default_factory=list)
    scanned: int = 0

    def leave_out(self, what: str) -> None:
        """Note that something was not read although a mail program might show it; `what` is a sentence."""
        self.note(what)
        if what not in self.unread and len(self.unread) < limits.DEFECTS:
            self.unread.append(what)

    def contradict(self, what: str) -> None:
        """Note that mail programs read the message differently; `what` is a sentence."""
        self.note(what)
        if what not in self.contradictions and len(self.contradictions) < limits.DEFECTS:
            self.contradictions.append(what)

    def note(self, defect: str) -> None:
        """Add a defect, unless it was noted before or there are 50 already."""
        if defect not in self.defects and len(self.defects) < limits.DEFECTS:
            self.defects.append(defect)


def split_message(raw: bytes) -> Tree:
    """Parse the MIME structure of a message; never raises."""
    buffer = as_eight_bit(raw)
    tree = Tree(_part(buffer, 0, len(buffer), 0, "text/plain", is_message=True), parts=1)
    if buffer is not raw:
        tree.note("The message was saved as UTF-16.")
    waiting = deque([tree.root])
    # Breadth first, so that the limits cut off the deepest parts.
    while waiting:
        part = waiting.popleft()
        places: set[tuple[Region, ...]] = set()
        for one in _readings(tree, part):
            children = _opened(tree, one)
            place = tuple((child.start, child.end) for child in children)
            # Two readings that find the same parts are one.
            if place not in places:
                one.children = children
                waiting.extend(children)
            places.add(place)
    return tree


def _part(buffer: bytes, start: int, end: int, depth: int, default: str, *, is_message: bool = False) -> Part:
    headers = split_headers(buffer, start, end, is_message=is_message)
    content_type, parameters = media_type(headers.first("content-type"), default)
    disposition, disposition_parameters = parse_parameters(
        headers.first("content-disposition"), parameters.get("charset", "")
    )
    return Part(
        headers=headers,
        buffer=buffer,
        start=min(headers.body_start, end),
        end=end,
        content_type=content_type,
        parameters=parameters,
        disposition=disposition,
        disposition_parameters=disposition_parameters,
        encoding=_encoding(headers.first("content-transfer-encoding")),
        depth=depth,
    )


def _encoding(value: bytes | None) -> str:
    return encoding_name(without_comments(decode_raw(value))) if value else ""


def _readings(tree: Tree, part: Part) -> Iterator[Part]:
    """Yield the part, and add the readings of the other fields, if its header contradicts itself, and yield them."""
    for defect in part.headers.defects:
        tree.note(defect)
    for sentence in part.headers.unread:
        tree.leave_out(sentence)
    for content_type, parameters in _types(part):
        part.readings.append(_again(part, content_type, parameters, part.encoding))
        tree.contradict("A part has two Content-Type fields or boundaries that contradict each other: both were read.")
    for encoding in _encodings(part):
        for one in [one for one in (part, *part.readings) if not one.is_multipart]:
            part.readings.append(_again(one, one.content_type, one.parameters, encoding))
        tree.contradict("A part has two Content-Transfer-Encoding fields that contradict each other: both were read.")
    tree.parts += len(part.readings)
    passed_over = part.headers.passed_over
    if len(passed_over) > _SHORT_LINE or b"://" in passed_over or b"www." in passed_over:
        # Some mail programs take the line that is no field, and what follows, for the body.
        part.readings.append(_text(part, passed_over))
    if part.content_type == "message/external-body" and part.parameters.get("url"):
        # RFC 2017: some mail programs offer the file at this address.
        part.readings.append(_text(part, part.parameters["url"].encode("utf-8", "replace")))
    yield part
    yield from part.readings


def _text(part: Part, lines: bytes) -> Part:
    return replace(
        _again(part, "text/plain", {}, ""),
        buffer=lines,
        start=0,
        end=len(lines),
        disposition="",
        disposition_parameters={},
    )


def _again(part: Part, content_type: str, parameters: dict[str, str], encoding: str) -> Part:
    return replace(part, content_type=content_type, parameters=parameters, encoding=encoding, children=[], readings=[])


def _types(part: Part) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the content types that the header gives besides the first one, at most three."""
    known = [(part.content_type, part.parameters.get("boundary"))]
    for value in part.headers.all("content-type")[: 2 * _MOST_READINGS]:
        content_type, parameters = media_type(value, "text/plain")
        for boundary in [parameters.get("boundary"), *parameters.others.get("boundary", ())]:
            if (content_type, boundary) not in known and len(known) < _MOST_READINGS:
                known.append((content_type, boundary))
                other = Parameters()
                other.update(parameters)
                if boundary is not None:
                    other["boundary"] = boundary
                yield content_type, other


def _encodings(part: Part) -> list[str]:
    """Return the transfer encodings that the header gives besides the first one and that decode differently."""
    found: dict[str, None] = {}
    for value in part.headers.all("content-transfer-encoding")[: 2 * _MOST_READINGS]:
        name = _encoding(value)
        found.setdefault("" if name in IDENTITY else name)
    found.pop("" if part.encoding in IDENTITY else part.encoding, None)
    return list(found)[: _MOST_READINGS - 1]


def _opened(tree: Tree, part: Part) -> list[Part]:
    """Return the parts that a part holds."""
    if not part.is_multipart and part.content_type not in MESSAGE_TYPES:
        return []
    if part.depth >= limits.DEPTH:
        tree.leave_out(f"Parts nested deeper than {limits.DEPTH} levels were not opened.")
        part.content_type = "application/octet-stream"
        return []
    return _split_multipart(tree, part) if part.is_multipart else _open_message(tree, part)


def _split_multipart(tree: Tree, part: Part) -> list[Part]:
    found, closed = _regions(tree, part)
    if not found and part.encoding not in IDENTITY:
        # RFC 2045 6.4 forbids to encode a multipart; some mail programs decode it.
        tree.scanned += part.end - part.start
        part.buffer, part.encoding = part.payload(), ""
        part.start, part.end = 0, len(part.buffer)
        found, closed = _regions(tree, part)
    if not found:
        tree.note("A multipart has no part that its boundary marks: it was read as text.")
        part.content_type, part.disposition = "text/plain", ""
        return []
    if not closed:
        tree.note("A multipart lacks its closing boundary: its end may be missing.")
    return list(_parts(tree, part, found))


def _regions(tree: Tree, part: Part) -> tuple[list[Region], bool]:
    """Return the regions of a multipart's parts, and whether it is closed.

    If its boundary marks none, the boundary is guessed from the body.
    """
    if _is_spent(tree, part.end - part.start):
        return [], True
    name = part.parameters.get("boundary")
    found = regions(part.buffer, part.start, part.end, name.rstrip()[:256]) if name is not None else None
    if found is None or not found.parts:
        guessed = guess_boundary(part.buffer, part.start, part.end)
        if guessed is None:
            return [], True
        tree.contradict("A multipart's boundary is not the one that its body has: the body's was read.")
        found = regions(part.buffer, part.start, part.end, guessed)
    if found.goes_on:
        tree.contradict("Parts follow behind a multipart's closing boundary: they were read.")
    if found.cut:
        tree.leave_out("A multipart has too many boundaries: its end was not read.")
    return found.parts, found.closed


def _is_spent(tree: Tree, size: int) -> bool:
    """Count so many bytes as scanned, and return whether that is too much; say so if it is."""
    tree.scanned += size
    if tree.scanned <= limits.SCANNED_BYTES:
        return False
    tree.leave_out("The parts are nested too often for the size of the message: the deepest were not opened.")
    return True


def _parts(tree: Tree, part: Part, found: list[Region]) -> Iterator[Part]:
    """Yield the parts of a multipart that have any content; those without count less."""
    default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
    for start, end in found:
        if not _CONTENT.search(part.buffer, start, end):
            continue
        child = _part(part.buffer, start, end, part.depth + 1, default)
        if _CONTENT.search(part.buffer, child.start, end):
            tree.parts += 1
        else:
            tree.empty_parts += 1
        if tree.parts > limits.PARTS or tree.empty_parts > limits.EMPTY_PARTS:
            tree.leave_out(f"Only the first {limits.PARTS:,} parts were read.")
            return
        yield child


def _open_message(tree: Tree, part: Part) -> list[Part]:
    if tree.parts >= limits.PARTS:
        tree.leave_out(f"Only the first {limits.PARTS:,} parts were read.")
        return []
    # Besides being scanned, an attached message is hashed.
    if _is_spent(tree, 2 * (part.end - part.start)):
        return []
    tree.parts += 1
    if part.encoding in IDENTITY:
        return [_part(part.buffer, part.start, part.end, part.depth + 1, "text/plain", is_message=True)]
    if part.end - part.start > limits.NESTED_MESSAGE_BYTES:
        tree.leave_out("An attached message is too large to be opened.")
        return []
    inner = part.payload()
    return [_part(inner, 0, len(inner), part.depth + 1, "text/plain", is_message=True)]
