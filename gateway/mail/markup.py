"""Reading HTML as a flat sequence of tags and text, in one pass.

No tree is built: libraries that build one take minutes on a megabyte of nested elements. The rules for where a tag
or an attribute ends are those of the HTML standard, so what is read here is what a browser would see.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_TOKEN: Final = re.compile(
    r"<(?:"
    r"(?P<comment>!--(?:>|->|.*?(?:--!?>|\Z)))"
    r"|(?P<close>/)?(?P<name>[a-zA-Z][^\s/>]*+)(?P<attributes>(?:[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+'|(?![\"'])))*+)>"
    r"|(?P<other>[!?/][^>]*+(?:>|\Z))"
    r")",
    re.DOTALL,
)
_TAG_START: Final = re.compile(r"</?[a-zA-Z]")
_ATTRIBUTE: Final = re.compile(r"([^\s=>/\"'][^\s=>/]*+)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>]*+)))?")
_RAW_TEXT: Final = {
    name: re.compile(rf"</{name}(?=[\s/>]|\Z)", re.IGNORECASE)
    for name in ("script", "style", "textarea", "title", "xmp", "noembed", "iframe", "noframes")
}


@dataclass(slots=True)
class Tag:
    """One tag. `name` is in lower case; it stands at text[start:end]; `attributes` is the raw text behind the name."""

    name: str
    closing: bool
    attributes: str
    start: int
    end: int

    def get(self, wanted: str) -> str:
        """Return the first value of an attribute, decoded, or an empty string."""
        if wanted not in self.attributes.lower():
            return ""
        return attributes_of(self.attributes).get(wanted, "")


def attributes_of(text: str) -> dict[str, str]:
    """Return the attributes of a tag by lower-case name; as in a browser the first of a name counts."""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(text):
        value = match[2] if match[2] is not None else match[3] if match[3] is not None else match[4] or ""
        found.setdefault(match[1].lower(), html.unescape(value))
    return found


def tokens(text: str, most: int) -> Iterator[Tag | str]:
    """Yield tags and the text between them, at most that many tags; comments and declarations are skipped.

    The content of elements like style and script is yielded as one text between their tags.
    """
    position = count = 0
    opening = text.find("<")
    while opening >= 0:
        match = _TOKEN.match(text, opening)
        if match is None:
            if _TAG_START.match(text, opening):
                # The tag never ends: a browser drops what follows, and so the time taken stays linear.
                break
            opening = text.find("<", opening + 1)
            continue
        if opening > position:
            yield text[position:opening]
        position = match.end()
        if match["name"] is not None:
            if count >= most:
                return
            count += 1
            tag = Tag(match["name"].lower(), match["close"] is not None, match["attributes"], opening, position)
            yield tag
            stop = _raw_text_end(tag, text)
            if stop > position:
                yield text[position:stop]
                position = stop
        opening = text.find("<", position)
    end = opening if opening >= 0 else len(text)
    if end > position:
        yield text[position:end]


def _raw_text_end(tag: Tag, text: str) -> int:
    """Return where the raw text behind a tag ends; where the tag ends if the element holds ordinary content."""
    pattern = None if tag.closing else _RAW_TEXT.get(tag.name)
    if pattern is None:
        return tag.end
    closed = pattern.search(text, tag.end)
    return closed.start() if closed else len(text)
