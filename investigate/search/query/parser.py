"""Parser of the query language. OR binds loosest, then AND (which may be left out), then NOT.

or    := and { "OR" and }
and   := not { ["AND"] not }
not   := "NOT" not | group
group := "(" or ")" | term
"""

from collections.abc import Callable
from dataclasses import replace

from investigate.search.query.lexer import Kind, Token, tokens
from investigate.search.query.operators import OPERATORS
from investigate.search.query.syntax_tree import And, Node, Not, Or, QueryError, Span, Term

DEEPEST = 40
MOST_TERMS = 60
_STARTS = {Kind.OPEN, Kind.NOT, Kind.TERM}


def parse(text: str) -> Node | None:
    """Return the syntax tree of the query, or None for an empty query. Raise QueryError with the span of the error."""
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(tokens(text))
        self._at = 0
        self._depth = 0
        self._count = 0

    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def whole(self) -> Node | None:
        if self._next().kind is Kind.END:
            return None
        node = self._or()
        if self._next().kind is not Kind.END:
            raise QueryError("This bracket closes nothing.", self._next().span)
        return node

    def _or(self) -> Node:
        parts = [self._and()]
        while self._next().kind is Kind.OR:
            word = self._take()
            parts.append(self._after(word, self._and))
        return _joined(Or, parts)

    def _and(self) -> Node:
        parts = [self._not()]
        while self._next().kind is Kind.AND or self._next().kind in _STARTS:
            if self._next().kind is Kind.AND:
                word = self._take()
                parts.append(self._after(word, self._not))
            else:
                parts.append(self._not())
        return _joined(And, parts)

    def _not(self) -> Node:
        if self._next().kind is not Kind.NOT:
            return self._group()
        word = self._take()
        self._deeper(word)
        part = self._after(word, self._not)
        self._depth -= 1
        return Not(part, Span(word.span.start, part.span.end))

    def _after(self, word: Token, read: Callable[[], Node]) -> Node:
        if self._next().kind not in _STARTS:
            raise QueryError(f"Something has to follow “{word.kind.value}”.", word.span)
        return read()

    def _group(self) -> Node:
        token = self._take()
        if token.kind is Kind.TERM:
            return self._term(token)
        if token.kind is not Kind.OPEN:
            raise QueryError(_NOTHING_BEFORE.get(token.kind, "Something is missing here."), token.span)
        self._deeper(token)
        if self._next().kind is Kind.CLOSE:
            raise QueryError("There is nothing between these brackets.", Span(token.span.start, self._next().span.end))
        inner = self._or()
        self._depth -= 1
        if self._next().kind is not Kind.CLOSE:
            raise QueryError("This bracket is never closed.", token.span, fixed=f"{self._text.rstrip()})")
        close = self._take()
        return replace(inner, span=Span(token.span.start, close.span.end))

    def _deeper(self, token: Token) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise QueryError(f"This is nested more than {DEEPEST} deep.", token.span)

    def _term(self, token: Token) -> Node:
        self._count += 1
        if self._count > MOST_TERMS:
            raise QueryError(f"A search takes {MOST_TERMS} terms at most.", token.span)
        made = Term(token.operator, token.value, token.is_quoted, token.span, token.value_span)
        operator = OPERATORS.get(token.operator)
        if operator is None:
            return made
        if operator.choices and "," in token.value and not token.is_quoted:
            parts = [replace(made, value=part) for part in token.value.split(",") if part]
            return _joined(Or, [operator.checked(part) for part in parts] or [operator.checked(made)], token.span)
        return operator.checked(made)


_NOTHING_BEFORE = {
    Kind.OR: "Something has to stand before “OR”.",
    Kind.AND: "Something has to stand before “AND”.",
    Kind.CLOSE: "This bracket closes nothing.",
}


def _joined(kind: type[And] | type[Or], parts: list[Node], span: Span | None = None) -> Node:
    if len(parts) == 1:
        return parts[0]
    return kind(tuple(parts), span or Span(parts[0].span.start, parts[-1].span.end))
