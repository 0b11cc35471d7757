"""Build the tree of an HTML document as browsers do (WHATWG HTML, 13.2), in bounded time.

The standard's algorithm looks through the open elements at each tag, so its time grows with the square of their number.
Browsers stop nesting at a depth of 512 (Blink, WebKit). Lexbor doesn't, so a document with very many tags is parsed in
steps, and where it is nested deeper than that it is cut there: what follows is read as a document of its own.

A document that is parsed again and again for its steps is cut as well. What is read may not depend on how busy the
machine is, so that is decided by the tags parsed, of which each takes 60 to 200 ns. Time alone decides about what
takes much longer than that.
"""

import re
import secrets
import time
from collections.abc import Iterator
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from gateway.mail.patience import patient

_DEEPEST: Final = 512
_TAGS_AT_ONCE: Final = 2_500
_TAGS_WITHOUT_STEPS: Final = 10_000
_TAGS_BEFORE_CUTS: Final = 2_000_000
_SECONDS_BEFORE_CUTS: Final = 0.6
_SECONDS: Final = 1.0
_TAG: Final = re.compile(r"</?[a-zA-Z]")
# The parser compares each attribute of a tag with all before it. Nothing but an attack has thousands of them.
_LONG_TAG: Final = re.compile(r"<[a-zA-Z][^<>]{15000}")
_ATTRIBUTE_END: Final = re.compile(r"[\s\"'/]+")
_MOST_ATTRIBUTES: Final = 2_000
# No mail can know this name, so an element of it is where we put it, and not in a comment, an attribute or a script.
_MARK: Final = f"x-{secrets.token_hex(8)}"


def parse_tree(source: str) -> LexborHTMLParser:
    """Return the tree of a document as browsers that run no scripts build it, in a time that is not bounded."""
    return LexborHTMLParser(source.encode("utf-8", "replace"))


def trees(source: str) -> Iterator[LexborHTMLParser | None]:
    """Yield the tree of a document, or several in their order if it is nested too deep for one.

    Yield None at the end if the rest of the document could not be read.
    """
    end = _end_of_readable(source)
    places = [match.start() for match in _TAG.finditer(source, 0, end)]
    if len(places) > _TAGS_WITHOUT_STEPS:
        yield from _in_steps(source[:end], places[_TAGS_AT_ONCE::_TAGS_AT_ONCE])
    else:
        yield parse_tree(source[:end])
    if end < len(source):
        yield None


def _in_steps(source: str, places: list[int]) -> Iterator[LexborHTMLParser | None]:
    """Yield trees of a source that has very many tags; it may be cut at `places`."""
    start = 0
    spent = 0.0
    parsed = tags = 0
    for place in places:
        tags += _TAGS_AT_ONCE
        parsed += tags
        before = time.process_time()
        tree = parse_tree(f"{source[start:place]}<{_MARK}>")
        spent += time.process_time() - before
        mark = tree.css_first(_MARK)
        is_costly = parsed > _TAGS_BEFORE_CUTS or spent > _SECONDS_BEFORE_CUTS
        if mark is not None and (is_costly or _depth(mark) > _DEEPEST):
            mark.decompose()
            yield tree
            start, tags = place, 0
        if spent > patient(_SECONDS):
            yield None
            return
    yield parse_tree(source[start:])


def _end_of_readable(source: str) -> int:
    """Return where a tag with thousands of attributes begins, or the length of the source."""
    for match in _LONG_TAG.finditer(source):
        if len(_ATTRIBUTE_END.findall(match[0])) > _MOST_ATTRIBUTES:
            return match.start()
    return len(source)


def _depth(node: LexborNode) -> int:
    depth = 0
    parent = node.parent
    while parent is not None:
        depth += 1
        parent = parent.parent
    return depth


def walk(root: LexborNode) -> Iterator[tuple[LexborNode, bool]]:
    """Yield the nodes of a tree in document order, and each element that has children again when it ends.

    The second value says whether the node begins.
    """
    node: LexborNode | None = root
    while node is not None:
        yield node, True
        child = node.child
        if child is not None:
            node = child
            continue
        while node is not None:
            if node.mem_id == root.mem_id:
                return
            following = node.next
            if following is not None:
                node = following
                break
            node = node.parent
            if node is not None:
                yield node, False
