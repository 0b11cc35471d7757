"""Build a self-contained HTML page of a message for the preview renderer.

The renderer runs no scripts and blocks every request, so the page needs neither. The limits in this module keep a
hostile body from hanging the browser.
"""

import base64
import html
import re
from dataclasses import dataclass, field
from typing import Final

from selectolax.lexbor import LexborNode

from gateway.mail.bodies import Bodies, decode_body
from gateway.mail.encoded_words import decode_value
from gateway.mail.html_tree import trees, walk
from gateway.mail.mime import Part, Tree, split_message
from gateway.mail.parts import leaves
from gateway.mail.signatures import detect_type

_IMAGE_BYTES: Final = 2_000_000
_IMAGES_BYTES: Final = 8_000_000
_MOST_ELEMENTS: Final = 20_000
_TOO_MANY: Final = f"Only the first {_MOST_ELEMENTS:,} elements of this message are shown."
_DEEPEST: Final = 200
_TEXT_SHOWN: Final = 200_000
_NESTED_SHOWN: Final = 5
# What leads the renderer elsewhere, and what the page has of its own: its charset, no refresh.
_LEFT_OUT: Final = frozenset(
    "applet base embed frame frameset iframe link meta noscript object script template title".split()
)
_WITHOUT_TEXT: Final = frozenset("iframe noembed noframes script template title".split())
_VOID: Final = frozenset("area base br col embed frame hr img input link meta source track wbr".split())
_ELEMENT_NAME: Final = re.compile(r"[a-zA-Z][\w:.-]*", re.ASCII)
_ATTRIBUTE_NAME: Final = re.compile(r"[\w:.@-]+", re.ASCII)
_SOURCES: Final = ("src", "background", "poster")
_REFERENCE: Final = re.compile(r"cid:([^\s\"'()<>]{1,255})", re.IGNORECASE)
_IMAGES: Final = frozenset(
    {"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/svg+xml", "image/vnd.microsoft.icon"}
)
_PAGE: Final = """<!doctype html>
<html><head><meta charset="utf-8"><title></title></head>
<body>{notes}
{body}
</body></html>
"""
_NOTE: Final = (
    '<div style="margin:0 0 12px;padding:8px 12px;background:#fff4d6;color:#3d2e00;border:1px solid #d9b44a;'
    'font:13px/1.4 sans-serif">{}</div>'
)
_TEXT: Final = (
    '<div style="margin:16px;white-space:pre-wrap;overflow-wrap:anywhere;font:14px/1.5 sans-serif;color:#111">{}</div>'
)


@dataclass(frozen=True, slots=True)
class PreviewDocument:
    """A page to render.

    `kind` is html, text or empty. `notes` say what was left out.
    """

    html: str
    kind: str
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Page:
    """State while the page is built: the parts it takes images from, notes, and the room left for images in bytes."""

    tree: Tree
    images: dict[str, Part]
    notes: list[str] = field(default_factory=list)
    encoded: dict[str, str] = field(default_factory=dict)
    room: int = _IMAGES_BYTES

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)


def document(raw: bytes) -> PreviewDocument:
    """Build the page for a message from its HTML, else from its text, at most about 12 MB long; never raises."""
    try:
        return _document(raw)
    except Exception as error:  # noqa: BLE001 - a message that can't be shown must still get a page that says so.
        return unreadable(type(error).__name__)


def unreadable(reason: str) -> PreviewDocument:
    """Return a page that says that the message could not be shown, and why."""
    note = f"This message could not be prepared for preview ({reason})."
    return PreviewDocument(_PAGE.format(notes=_NOTE.format(html.escape(note)), body=""), "empty", (note,))


def _document(raw: bytes) -> PreviewDocument:
    tree = split_message(raw)
    bodies = Bodies()
    nested: list[Part] = []
    images: dict[str, Part] = {}
    for leaf in leaves(tree):
        if leaf.role in {"text", "html"}:
            bodies.add(leaf, tree)
        elif leaf.role == "message" and not leaf.nested:
            nested.append(leaf.part)
        for reference in _references(leaf.part):
            images.setdefault(reference, leaf.part)
    page = _Page(tree, images)
    source, text = "\n".join(bodies.html), "\n".join(bodies.text)
    kind = "html" if source.strip() else "text" if text.strip() else "empty"
    body = _shown_html(source, page) if kind == "html" else _shown_text(text, page)
    if kind == "empty" and not nested:
        page.note("This message has no body that can be shown.")
    body += "".join(_shown_message(part, page) for part in nested[:_NESTED_SHOWN])
    notes = [*page.notes, *(defect for defect in tree.defects if "was not read" in defect)]
    return PreviewDocument(
        _PAGE.format(notes="".join(_NOTE.format(html.escape(note)) for note in notes), body=body), kind, tuple(notes)
    )


def _references(part: Part) -> list[str]:
    """Return the references by which a body may embed a part: its Content-ID and its Content-Location."""
    content_id = decode_value(part.headers.first("content-id") or b"").strip("<> ")
    location = decode_value(part.headers.first("content-location") or b"").strip()
    return [f"cid:{content_id}"] * bool(content_id) + [location] * bool(location)


def _shown_text(text: str, page: _Page) -> str:
    if len(text) > _TEXT_SHOWN:
        page.note(f"Only the first {_TEXT_SHOWN:,} characters of the text are shown.")
    return _TEXT.format(html.escape(text[:_TEXT_SHOWN])) if text.strip() else ""


def _shown_message(part: Part, page: _Page) -> str:
    """Return HTML that shows the subject, sender, date and plain text of an attached message."""
    if not part.children:
        return ""
    inner = part.children[0]
    lines = [
        f"{name.capitalize()}: {decode_value(inner.headers.first(name) or b'')}" for name in ("subject", "from", "date")
    ]
    if inner.content_type.startswith("text/plain"):
        lines += ["", decode_body(inner, page.tree)[: _TEXT_SHOWN // _NESTED_SHOWN]]
    return _NOTE.format("An attached message:") + _TEXT.format(html.escape("\n".join(lines)))


def _shown_html(source: str, page: _Page) -> str:
    """Return rewritten HTML: drop dangerous and costly elements, embed referenced images and limit the nesting."""
    pieces: list[str] = []
    room = _MOST_ELEMENTS
    for tree in trees(source):
        if tree is None or room <= 0:
            page.note(_TOO_MANY)
            break
        if tree.root is not None:
            room -= _write(tree.root, page, pieces, room)
    return "".join(pieces)


def _write(root: LexborNode, page: _Page, pieces: list[str], room: int) -> int:
    """Append the rewritten HTML of a tree to `pieces`, and return how many elements it has, at most `room`."""
    count = depth = 0
    for node, begins in walk(root):
        if node.is_text_node:
            parent = node.parent
            pieces.append(_text(node.text_content or "", parent.tag or "" if parent is not None else "", page))
        if not node.is_element_node:
            continue
        tag = node.tag or ""
        name = tag if _ELEMENT_NAME.fullmatch(tag) else "span"
        is_shown = tag not in _LEFT_OUT and depth - (not begins) < _DEEPEST
        if begins:
            count += is_shown
            if count > room:
                page.note(_TOO_MANY)
                break
            pieces.append(f"<{name}{_attributes(node.attributes, page)}>" if is_shown else "")
        if depth >= _DEEPEST:
            page.note("Elements of this message that are nested too deep were left out.")
        if is_shown and tag not in _VOID and (node.child is None or not begins):
            pieces.append(f"</{name}>")
        if node.child is not None:
            depth += 1 if begins else -1
    return count


def _text(text: str, holder: str, page: _Page) -> str:
    """Return a text as it is written in HTML within the element `holder`."""
    if holder == "style":
        return _with_pictures(text, page)
    return "" if holder in _WITHOUT_TEXT else html.escape(text, quote=False)


def _attributes(attributes: dict[str, str | None], page: _Page) -> str:
    return "".join(
        f' {name}="{html.escape(_attribute(name, value or "", page))}"'
        for name, value in attributes.items()
        if _ATTRIBUTE_NAME.fullmatch(name)
    )


def _attribute(name: str, value: str, page: _Page) -> str:
    if name in _SOURCES and value:
        return _picture(value.strip(), page)
    return _with_pictures(value, page) if name == "style" else value


def _with_pictures(text: str, page: _Page) -> str:
    """Replace the `cid:` references in a style sheet or a style attribute with data: URLs."""
    return _REFERENCE.sub(lambda match: _picture(match[0], page), text)


def _picture(reference: str, page: _Page) -> str:
    """Return the data: URL for a reference to an embedded image.

    Return the reference itself if no part matches it, and an empty string if the image can't be embedded.
    """
    wanted = "cid:" + reference[4:] if reference[:4].lower() == "cid:" else reference
    part = page.images.get(wanted) or page.images.get(wanted.replace("%40", "@"))
    if part is None:
        return reference
    if wanted not in page.encoded:
        page.encoded[wanted] = _data_address(part, page)
    address = page.encoded[wanted]
    if len(address) > page.room:
        page.note("Some embedded pictures are too large to be shown.")
        return ""
    page.room -= len(address)
    return address


def _data_address(part: Part, page: _Page) -> str:
    if part.end - part.start > 2 * _IMAGE_BYTES:
        page.note("Some embedded pictures are too large to be shown.")
        return ""
    data = part.payload()
    media_type = detect_type(data)
    if media_type not in _IMAGES:
        return ""
    return f"data:{media_type};base64,{base64.b64encode(data).decode('ascii')}"
