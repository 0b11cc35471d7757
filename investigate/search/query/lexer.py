"""Lexer of the query language: split the text of a query into tokens."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from investigate.search.query.operators import ALIASES, OPERATORS
from investigate.search.query.syntax_tree import NOWHERE, QueryError, Span

_NAME = re.compile(r"([A-Za-z][A-Za-z-]{0,40}):")
_BARE = re.compile(r"[^\s()\"]+")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
# Words that may stand before a colon without being an operator, as in a pasted link, address or subject.
_SCHEMES = {"http", "https", "hxxp", "hxxps", "ftp", "mailto", "tel", "cid", "data", "javascript", "urn", "re", "fwd"}
_WORDS = {"AND", "OR", "NOT"}


class Kind(Enum):
    """Kind of a token."""

    OPEN = "("
    CLOSE = ")"
    AND = "AND"
    OR = "OR"
    NOT = "NOT"
    TERM = "term"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """A token. `operator`, `value`, `is_quoted` and `value_span` are set only for terms."""

    kind: Kind
    span: Span
    operator: str = ""
    value: str = ""
    is_quoted: bool = False
    value_span: Span = NOWHERE


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of the text, and finally an END token. Raise QueryError if the text has a syntax error."""
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        token = _token(text, at)
        yield token
        at = token.span.end
    yield Token(Kind.END, Span(len(text), len(text)))


def _token(text: str, at: int) -> Token:
    if text[at] in "()":
        return Token(Kind(text[at]), Span(at, at + 1))
    if text[at] == '"':
        value, end = _quoted(text, at)
        return Token(Kind.TERM, Span(at, end), "", value, True, Span(at, end))
    if found := _NAME.match(text, at):
        return _with_operator(text, at, found)
    return _bare(text, at, at, "")


def _with_operator(text: str, at: int, found: re.Match[str]) -> Token:
    name, end = found.group(1).lower(), found.end()
    known = ALIASES.get(name, name)
    if known not in OPERATORS:
        if name in _SCHEMES:
            return _bare(text, at, at, "")
        raise _unknown(text, name, Span(at, end))
    if end == len(text) or text[end].isspace() or text[end] in "()":
        where = Span(at, end)
        if text[end : end + 1] == "(":
            raise QueryError(f"Write “{known}:” before each value, then join them with OR.", where)
        raise QueryError(f"Say what to look for right after “{known}:”, without a blank.", where)
    if text[end] == '"':
        value, close = _quoted(text, end)
        return Token(Kind.TERM, Span(at, close), known, value, True, Span(end, close))
    return _bare(text, at, end, known)


def _bare(text: str, at: int, value_at: int, operator: str) -> Token:
    found = _BARE.match(text, value_at)
    assert found is not None  # noqa: S101 - the caller excludes blanks, brackets and quotes
    if not operator and found.group() in _WORDS:
        return Token(Kind[found.group()], Span(at, found.end()))
    return Token(Kind.TERM, Span(at, found.end()), operator, found.group(), False, Span(value_at, found.end()))


def _quoted(text: str, at: int) -> tuple[str, int]:
    found = _QUOTED.match(text, at)
    if found is None:
        raise QueryError("This quotation mark is never closed.", Span(at, len(text)), fixed=f'{text.rstrip()}"')
    value = _ESCAPED.sub(r"\1", found.group(1))
    if not value.strip():
        raise QueryError("There is nothing between these quotation marks.", Span(at, found.end()))
    return value, found.end()


def _unknown(text: str, name: str, span: Span) -> QueryError:
    near = difflib.get_close_matches(name, [*OPERATORS, *ALIASES], n=1, cutoff=0.6)
    if near:
        meant = ALIASES.get(near[0], near[0])
        fixed = f"{text[: span.start]}{meant}:{text[span.end :]}"
        return QueryError(f"There is no operator “{name}:”. Did you mean “{meant}:”?", span, fixed=fixed)
    return QueryError(f"There is no operator “{name}:”. Put quotation marks around it to look for the words.", span)
