"""Read an HTML body: its visible text, its links, its features, and a hash of its structure."""

import hashlib
import re
from dataclasses import dataclass, field, replace
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from gateway.mail import limits
from gateway.mail.html_styles import AppliedRules, matched, rules_of
from gateway.mail.html_targets import CONTENTLESS, is_outlook_only, may_hold_links, may_lead, outlook_content, targets
from gateway.mail.html_tree import trees, walk
from gateway.mail.html_visibility import SHOWN, UNSEEN, Visibility, visibility
from gateway.mail.links import links_in_text
from gateway.mail.message import ONLY_IN_OUTLOOK, WITHIN_A_FRAME, Link
from gateway.mail.storable import storable
from gateway.mail.web_address import read_address

_BREAKING: Final = frozenset(
    "address article aside blockquote br center dd details dialog div dl dt fieldset figcaption figure footer form h1 "
    "h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody tfoot thead tr ul".split()
)
_SPACING: Final = frozenset({"td", "th", "img", "option", "input", "button", "label", "textarea", "select"})
_VOID: Final = frozenset("area base br col embed frame hr img input link meta param source track wbr".split())
_SPACE: Final = r"[ \t\r\f\v\xa0\u200b\u200c\u00ad\u034f\u2007]"
# Several in a row, or one that is no plain blank already.
_SPACES: Final = re.compile(rf"{_SPACE}(?:{_SPACE}+|(?<! ))")
_LONG_HIDDEN_TEXT: Final = 300
_DATA_CHARACTERS: Final = 200
_FEATURES: Final = {"script": "script", "form": "form", "iframe": "iframe", "frame": "iframe"}
_CUT: Final = "The HTML body has too many elements, or too deep ones: its end was not read."


@dataclass(frozen=True, slots=True)
class HtmlReading:
    """The links in document order, the visible text, the features, and a hash of the sequence of tags.

    `hidden_text` is what stands in the document and the reader does not see. `unread` says what was left out.
    """

    links: tuple[Link, ...] = ()
    text: str = ""
    hidden_text: str = ""
    features: tuple[str, ...] = ()
    structure_hash: str = ""
    unread: tuple[str, ...] = ()


def read_html(*sources: str, place: str = "") -> HtmlReading:
    """Read the HTML bodies of a message, or the HTML of a file, each as a document of its own.

    Never raises. `place` is set on the links.

    Features: form, password-input, script, event-handler, iframe, meta-refresh, remote-image, data-link, script-link,
    hidden-text (more than 300 characters of it).
    """
    reader = _Reader(place)
    for source in sources:
        base = ""
        for tree in trees(source):
            if tree is None or reader.is_full:
                reader.leave_out(_CUT)
                break
            base = base or _base_of(tree)
            reader.read(tree, base)
    return reader.result()


def _base_of(tree: LexborHTMLParser) -> str:
    """Return the address that relative ones belong to (HTML 4.2.3), or an empty string."""
    element = tree.css_first("base[href]")
    address = read_address(element.attributes.get("href") or "") if element is not None else None
    return address.href if address is not None and address.is_web else ""


@dataclass(slots=True)
class _OpenLink:
    """A link whose element has not ended: its place in the list, and what is in it, seen and not seen."""

    index: int
    shown: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)


class _Reader:
    """What was collected so far."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._base = ""
        self._links: list[Link] = []
        self._open: list[_OpenLink] = []
        self._pieces: list[str] = []
        self._tags: list[str] = []
        self._features: dict[str, None] = {}
        self._unread: dict[str, None] = {}
        self._hidden: list[str] = []
        self._nodes = 0

    @property
    def is_full(self) -> bool:
        """Whether as many nodes were read as one message may have."""
        return self._nodes >= limits.HTML_NODES

    def leave_out(self, what: str) -> None:
        """Note in a sentence that something was not read."""
        self._unread[what] = None

    def read(self, tree: LexborHTMLParser, base: str) -> None:
        """Read a tree in document order."""
        self._base = base
        rules, whole = rules_of(tree)
        styled, all_applied = matched(tree, rules)
        if not (whole and all_applied):
            self.leave_out("The style sheets of the HTML body are too long: not all of what they show was read.")
        document = tree.root.parent if tree.root is not None else None
        if document is None:
            return
        quirks = not _has_doctype(document)
        # The visibility within each open element, whether it is a link, and its tag.
        stack = [(SHOWN, False, "")]
        for node, begins in walk(document):
            if not begins:
                _state, is_link, tag = stack.pop()
                self._end(tag, is_link=is_link)
                continue
            self._nodes += 1
            if self._nodes >= limits.HTML_NODES:
                self.leave_out(_CUT)
                break
            if node.is_text_node:
                self._text(node.text_content or "", *stack[-1])
            elif node.is_element_node:
                tag = node.tag or ""
                applied = styled.get(node.mem_id) if styled else None
                state, is_link = self._begin(node, tag, stack[-1][0], applied, quirks=quirks)
                if node.child is not None:
                    stack.append((state, is_link, tag))
                else:
                    self._end(tag, is_link=is_link)
            elif node.is_comment_node:
                self._nodes -= 1
                self._comment(node.comment_content or "")
        self._pieces.append("\n")

    def _begin(
        self, node: LexborNode, tag: str, parent: Visibility, applied: AppliedRules | None, *, quirks: bool
    ) -> tuple[Visibility, bool]:
        """Begin an element, and return its visibility and whether it is a link."""
        attributes = node.attributes
        self._tags.append(tag)
        if tag in _BREAKING:
            self._pieces.append("\n")
        elif tag in _SPACING:
            self._pieces.append(" ")
        if tag in _FEATURES:
            self._features[_FEATURES[tag]] = None
        if not attributes and applied is None and parent is SHOWN and tag not in UNSEEN:
            return parent, False
        state = visibility(parent, tag, attributes, applied, quirks=quirks)
        if not attributes:
            return state, False
        self._note_features(tag, attributes)
        if tag == "img" and self._open:
            alt = " " + (attributes.get("alt") or "")[: limits.LINK_TEXT_CHARACTERS]
            (self._open[-1].hidden if state.hidden else self._open[-1].shown).append(alt)
        return state, may_lead(tag) and self._begin_links(tag, attributes, state)

    def _begin_links(self, tag: str, attributes: dict[str, str | None], state: Visibility) -> bool:
        place = self._place or (ONLY_IN_OUTLOOK if is_outlook_only(tag) else "")
        is_link = False
        for written, kind in targets(tag, attributes):
            text = (attributes.get("alt") or "") if tag == "area" else ""
            # A refresh needs no click and has nothing to be seen.
            added = self._add(written, text, kind, hidden=state.hidden and tag != "meta", place=place)
            is_link = added and kind == "a" and tag != "meta"
        if is_link:
            self._open.append(_OpenLink(len(self._links) - 1))
        elif tag == "iframe" and attributes.get("srcdoc") and self._place != WITHIN_A_FRAME:
            self._read_within(attributes["srcdoc"] or "", WITHIN_A_FRAME)
        return is_link

    def _add(self, written: str, text: str, kind: str, *, hidden: bool, place: str) -> bool:
        """Add a link, and return whether the address leads anywhere."""
        if written.lstrip()[:1] in {"", "#"}:
            return False
        address = read_address(written, self._base)
        href = address.href
        if address.scheme == "data":
            self._features["data-link"] = None
            href = href[:_DATA_CHARACTERS]
        elif address.scheme in {"javascript", "vbscript"}:
            self._features["script-link"] = None
        original = storable(written.strip())[: limits.LINK_CHARACTERS]
        was = original if original != address.href and href == address.href else ""
        self._links.append(Link(href, _words([text]), kind, hidden, was, place))
        return bool(href)

    def _end(self, tag: str, *, is_link: bool) -> None:
        if tag not in _VOID:
            self._tags.append("/" + tag)
            if tag in _BREAKING:
                self._pieces.append("\n")
            elif tag in _SPACING:
                self._pieces.append(" ")
        if is_link:
            self._end_link()

    def _end_link(self) -> None:
        done = self._open.pop()
        link = self._links[done.index]
        shown, unseen = _words(done.shown), _words(done.hidden)
        # What is seen in a link is clicked, whatever its own style says.
        hidden = not done.shown and (link.hidden or bool(done.hidden))
        self._links[done.index] = Link(link.href, shown or unseen, link.kind, hidden, link.written, link.place)
        if self._open:
            # A table's cell may hold a link within a link.
            self._open[-1].shown.extend([f" {shown} "] if done.shown else [])
            self._open[-1].hidden.extend([f" {unseen} "] if done.hidden else [])

    def _text(self, text: str, state: Visibility, _is_link: bool, holder: str) -> None:
        if holder in CONTENTLESS:
            return
        if state.hidden:
            if holder != "head" and not text.isspace():
                self._hidden.append(text)
        else:
            # A line break in the source shows as a space. Visible line breaks come from tags.
            self._pieces.append(text if holder in {"pre", "textarea"} else text.replace("\n", " "))
        if self._open:
            if not text.isspace():
                (self._open[-1].hidden if state.hidden else self._open[-1].shown).append(text)
        elif "://" in text or "www." in text.lower():
            found = (replace(link, hidden=state.hidden, place=self._place) for link in links_in_text(text))
            self._links.extend(found)

    def _comment(self, comment: str) -> None:
        content = outlook_content(comment)
        if content and self._place != ONLY_IN_OUTLOOK and may_hold_links(content):
            self._read_within(content, ONLY_IN_OUTLOOK)

    def _read_within(self, source: str, place: str) -> None:
        """Add the links of a document within this one."""
        inner = _Reader(place)
        for tree in trees(source):
            if tree is None or inner.is_full:
                self.leave_out(_CUT)
                break
            inner.read(tree, self._base)
        self._nodes += inner._nodes
        self._links.extend(inner._links)

    def _note_features(self, tag: str, attributes: dict[str, str | None]) -> None:
        found = self._features
        if tag == "input" and (attributes.get("type") or "").strip().lower() == "password":
            found["password-input"] = None
        elif tag == "img" and (attributes.get("src") or "").strip().lower().startswith(("http:", "https:", "//")):
            found["remote-image"] = None
        elif tag == "meta" and (attributes.get("http-equiv") or "").strip().lower() == "refresh":
            found["meta-refresh"] = None
        for name in attributes:
            if name[:2] == "on":
                found["event-handler"] = None

    def result(self) -> HtmlReading:
        """Return what was read."""
        if sum(len(text.strip()) for text in self._hidden) > _LONG_HIDDEN_TEXT:
            self._features["hidden-text"] = None
        lines = _SPACES.sub(" ", "".join(self._pieces)).split("\n")
        shown = "\n".join(line for line in (line.strip() for line in lines) if line)
        hidden = " ".join(_SPACES.sub(" ", " ".join(self._hidden)).split())
        tags = " ".join(self._tags)
        return HtmlReading(
            links=tuple(self._links),
            text=storable(shown)[: limits.VISIBLE_CHARACTERS],
            hidden_text=storable(hidden)[: limits.VISIBLE_CHARACTERS],
            features=tuple(self._features),
            structure_hash=hashlib.sha256(tags.encode("utf-8", "replace")).hexdigest()[:32] if tags else "",
            unread=tuple(self._unread),
        )


def _has_doctype(document: LexborNode) -> bool:
    node = document.child
    while node is not None and node.tag == "-comment":
        node = node.next
    return node is not None and node.tag == "-doctype"


def _words(pieces: list[str]) -> str:
    return storable(" ".join("".join(pieces).split()))[: limits.LINK_TEXT_CHARACTERS]
