"""HTML tokenizer: read HTML as a flat sequence of tags and text, in one pass.

No tree is built, because libraries that build one take minutes on a megabyte of nested elements. Tags and attributes
end where the HTML standard says, so the result is what a browser would see.
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
    """One tag at text[start:end].

    `name` is in lower case, `attributes` is the raw text after the name.
    """

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
    """Return the attributes of a tag by lower-case name.

    If a name repeats, the first value counts, as in a browser.
    """
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(text):
        value = match[2] if match[2] is not None else match[3] if match[3] is not None else match[4] or ""
        found.setdefault(match[1].lower(), html.unescape(value))
    return found


def tokens(text: str, most: int) -> Iterator[Tag | str]:
    """Yield the tags and the text between them, and stop after `most` tags.

    Skip comments and declarations. The raw text content of elements like style and script is yielded as one text.
    """
    position = count = 0
    opening = text.find("<")
    while opening >= 0:
        match = _TOKEN.match(text, opening)
        if match is None:
            if _TAG_START.match(text, opening):
                # The tag never ends. A browser drops what follows; stopping here also keeps the time linear.
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
    """Return where the raw text after a tag ends, or where the tag ends if its element holds no raw text."""
    pattern = None if tag.closing else _RAW_TEXT.get(tag.name)
    if pattern is None:
        return tag.end
    closed = pattern.search(text, tag.end)
    return closed.start() if closed else len(text)
