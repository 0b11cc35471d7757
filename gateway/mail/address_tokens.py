"""Split an address field into tokens (RFC 5322 3.2): words, quoted strings, comments, domain literals, specials."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

# An encoded word is one word, whatever it holds (RFC 2047 5): commas and signs in it mean nothing.
_TOKEN: Final = re.compile(
    r"""(?P<blanks>\s++)
    |(?P<comment>\()
    |(?P<special>[<>,:;@])
    |(?P<quoted>"(?:[^"\\]|\\.)*+")
    |(?P<word>\[[^\[\]\s@<>]{0,300}+\]|=\?[^?\s]{1,80}\?[bBqQ]\?[^?\s]*+\?=|[^\\"()<>,:;@\[\]\s=]++|.)""",
    re.DOTALL | re.VERBOSE,
)
# The same, behind a quote that is never closed.
_UNQUOTED: Final = re.compile(_TOKEN.pattern.replace(r'"(?:[^"\\]|\\.)*+"', r"(?!)"), _TOKEN.flags)
_BRACKET: Final = re.compile(r"\\.|[()]", re.DOTALL)


class Token(NamedTuple):
    """One token. `kind` is word, quoted (with its quotes), comment (without its brackets) or special.

    `spaced` says that a blank or a comment stands before it.
    """

    kind: str
    text: str
    spaced: bool


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a field. Linear; a quote or bracket that is never closed is a character."""
    comments = _Comments(text)
    pattern = _TOKEN
    position = 0
    spaced = False
    while match := pattern.match(text, position):
        kind = match.lastgroup or "word"
        content = match[0]
        position = match.end()
        if kind == "blanks":
            spaced = True
        elif kind == "comment":
            end = comments.end(match.start())
            if end > position:
                yield Token(kind, text[position : end - 1], spaced)
                position, spaced = end, True
            else:
                yield Token("word", content, spaced)
                spaced = False
        elif content == '"':
            # If one quote is never closed, none behind it is.
            pattern = _UNQUOTED
        else:
            yield Token(kind, content, spaced)
            spaced = False


class _Comments:
    """Where the comments of a text end.

    The text behind a bracket that is never closed is read once, and the ends of all brackets in it are kept.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._known_from = len(text)
        self._ends: dict[int, int] = {}

    def end(self, start: int) -> int:
        """Return the position behind the comment that begins at `start`, or `start` if it is never closed."""
        if start >= self._known_from:
            return self._ends.get(start, start)
        opened: list[int] = []
        ends: dict[int, int] = {}
        for match in _BRACKET.finditer(self._text, start):
            if match[0] == "(":
                opened.append(match.start())
            elif match[0] == ")":
                ends[opened.pop()] = match.end()
                if not opened:
                    return match.end()
        self._known_from, self._ends = start, ends
        return start
