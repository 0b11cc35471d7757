"""Extract the visible text, the links and the features of an HTML body in one pass."""

import hashlib
import html
import re
from dataclasses import dataclass
from typing import Final

from gateway.mail import limits
from gateway.mail.markup import Tag, attributes_of, tokens
from gateway.mail.message import Link
from gateway.mail.storable import storable

_UNSEEN: Final = frozenset({"style", "script", "title", "head", "noembed", "noframes", "template", "object"})
_VOID: Final = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
_BREAKING: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
_SPACING: Final = frozenset({"td", "th", "img", "option", "input", "button", "label"})
_SPACES: Final = re.compile(r"[ \t\r\f\v\xa0\u200b\u200c\u00ad\u034f\u2007]+")
_HIDING: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])|mso-hide\s*:\s*all|"
    r"max-height\s*:\s*0(?![.\d]*[1-9])",
    re.IGNORECASE,
)
_CONTROLS: Final = re.compile(r"[\x00-\x20]+")
_LONG_HIDDEN_TEXT: Final = 300


@dataclass(frozen=True, slots=True)
class HtmlReading:
    """The links in document order, the visible text, the features, and a hash of the sequence of tags."""

    links: tuple[Link, ...]
    text: str
    features: tuple[str, ...]
    structure_hash: str


def read_html(source: str) -> HtmlReading:
    """Read an HTML document.

    Never raises, and takes time linear in its length.

    Features: form, password-input, script, event-handler, iframe, meta-refresh, remote-image, data-link, script-link,
    hidden-text (more than 300 characters of it).
    """
    reader = _Reader()
    for token in tokens(source, limits.TAGS):
        if isinstance(token, Tag):
            reader.tag(token)
        else:
            reader.text(token)
    return reader.result()


class _Reader:
    """State of the pass: the invisible element and the link that are open, and what was collected so far."""

    def __init__(self) -> None:
        self._links: list[Link] = []
        self._pieces: list[str] = []
        self._characters = 0
        self._features: dict[str, None] = {}
        self._tags: list[str] = []
        self._base = ""
        self._unseen = ""
        self._unseen_depth = 0
        self._hidden_characters = 0
        self._href: str | None = None
        self._link_pieces: list[str] = []

    def tag(self, tag: Tag) -> None:
        """Process a tag."""
        self._tags.append("/" + tag.name if tag.closing else tag.name)
        if self._unseen:
            self._count_unseen(tag)
            return
        if tag.name in _BREAKING:
            self._pieces.append("\n")
        elif tag.name in _SPACING:
            self._pieces.append(" ")
        if tag.name == "a":
            self._end_link()
        if not tag.closing:
            self._open(tag)

    def _count_unseen(self, tag: Tag) -> None:
        if tag.name == self._unseen:
            self._unseen_depth += -1 if tag.closing else 1
            if self._unseen_depth == 0:
                self._unseen = ""
        elif tag.name == "body" and self._unseen == "head":
            self._unseen = ""
        elif not tag.closing and self._unseen == "head":
            self._open_head(tag)

    def _open(self, tag: Tag) -> None:
        hides = "style" in tag.attributes and tag.name not in _VOID and _HIDING.search(tag.attributes) is not None
        if tag.name in _UNSEEN or hides:
            self._unseen, self._unseen_depth = tag.name, 1
        if tag.name in {"a", "area"}:
            self._open_link(tag)
        elif tag.name == "form":
            self._features["form"] = None
            self._add_link(tag.get("action"), "", "form")
        elif tag.name == "input":
            if tag.get("type").strip().lower() == "password":
                self._features["password-input"] = None
        elif tag.name == "img":
            if tag.get("src").strip().lower().startswith(("http:", "https:", "//")):
                self._features["remote-image"] = None
            self._link_pieces.append(" " + tag.get("alt")[: limits.LINK_TEXT_CHARACTERS] if self._href else "")
        elif tag.name in {"iframe", "frame"}:
            self._features["iframe"] = None
        else:
            self._open_head(tag)
        if " on" in tag.attributes.lower() and any(name.startswith("on") for name in attributes_of(tag.attributes)):
            self._features["event-handler"] = None

    def _open_head(self, tag: Tag) -> None:
        if tag.name == "base":
            self._base = self._base or tag.get("href").strip()
        elif tag.name == "meta" and tag.get("http-equiv").strip().lower() == "refresh":
            self._features["meta-refresh"] = None
            self._add_link(tag.get("content").partition("=")[2].strip("'\" "), "", "a")
        elif tag.name == "script":
            self._features["script"] = None

    def _open_link(self, tag: Tag) -> None:
        href = tag.get("href")
        if not href:
            return
        if tag.name == "area":
            self._add_link(href, tag.get("alt"), "area")
        else:
            self._href, self._link_pieces = href, []

    def _end_link(self) -> None:
        if self._href is not None:
            self._add_link(self._href, "".join(self._link_pieces), "a")
        self._href = None

    def _add_link(self, href: str, text: str, kind: str) -> None:
        # A browser drops tabs and line breaks inside an address, and spaces around it.
        address = _CONTROLS.sub("", href[: 2 * limits.LINK_CHARACTERS])
        scheme = address[:11].lower()
        if scheme.startswith("data:"):
            self._features["data-link"] = None
            address = address[:200]
        elif scheme.startswith(("javascript:", "vbscript:")):
            self._features["script-link"] = None
        elif self._base and address and ":" not in address.split("/", 1)[0] and not address.startswith(("#", "//")):
            address = self._base.rstrip("/") + "/" + address.lstrip("/")
        if address and not address.startswith("#") and len(self._links) < limits.LINKS:
            words = storable(" ".join(text.split()))[: limits.LINK_TEXT_CHARACTERS]
            self._links.append(Link(storable(address)[: limits.LINK_CHARACTERS], words, kind))

    def text(self, text: str) -> None:
        """Process the text between two tags."""
        if self._unseen:
            if self._unseen not in _UNSEEN:
                self._hidden_characters += len(text.strip())
            return
        if self._characters > limits.VISIBLE_CHARACTERS:
            return
        words = html.unescape(text) if "&" in text else text
        self._characters += len(words)
        # A line break in the source shows as a space. Visible line breaks come from tags.
        words = words.replace("\n", " ")
        self._pieces.append(words)
        if self._href is not None:
            self._link_pieces.append(words)

    def result(self) -> HtmlReading:
        """Return the result after the last token."""
        self._end_link()
        if self._hidden_characters > _LONG_HIDDEN_TEXT:
            self._features["hidden-text"] = None
        lines = _SPACES.sub(" ", "".join(self._pieces)).split("\n")
        shown = "\n".join(line for line in (line.strip() for line in lines) if line)
        tags = " ".join(self._tags)
        return HtmlReading(
            links=tuple(self._links),
            text=storable(shown)[: limits.VISIBLE_CHARACTERS],
            features=tuple(self._features),
            structure_hash=hashlib.sha256(tags.encode("utf-8", "replace")).hexdigest()[:32] if tags else "",
        )
