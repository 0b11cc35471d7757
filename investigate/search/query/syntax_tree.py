"""Syntax tree of a parsed query. Each node has its span in the text, for error messages."""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Span:
    """A range of characters in the text, from `start` (inclusive) to `end` (exclusive)."""

    start: int
    end: int


NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Term:
    """A search term. `operator` is empty for plain words. In a quoted value, a star is not a wildcard."""

    operator: str
    value: str
    is_quoted: bool = False
    span: Span = field(default=NOWHERE, compare=False)
    value_span: Span = field(default=NOWHERE, compare=False)

    @property
    def is_wild(self) -> bool:
        """Return whether the value has a wildcard: an unquoted star, which matches any characters."""
        return "*" in self.value and not self.is_quoted

    @property
    def is_exact(self) -> bool:
        """Return whether accents count: in a quoted value that has some, and in a quoted phrase."""
        return self.is_quoted and (self.has_blank or not self.value.isascii())

    @property
    def has_blank(self) -> bool:
        return any(character.isspace() for character in self.value)


@dataclass(frozen=True, slots=True)
class Not:
    """Negation: true if the part is false."""

    part: "Node"
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class And:
    """Conjunction: true if all parts are true."""

    parts: tuple["Node", ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Or:
    """Disjunction: true if at least one part is true."""

    parts: tuple["Node", ...]
    span: Span = field(default=NOWHERE, compare=False)


Node = Term | Not | And | Or


class QueryError(ValueError):
    """The text is not a valid query. `said` is the message to the user, and `span` is the place of the error.

    `fixed` is the whole text with the error corrected, or empty if no correction is known.
    """

    def __init__(self, said: str, span: Span, *, fixed: str = "") -> None:
        super().__init__(said)
        self.said = said
        self.span = span
        self.fixed = fixed


def all_of(parts: list[Node]) -> Node | None:
    """Return the conjunction of the parts, or None if there are no parts."""
    if len(parts) > 1:
        return And(tuple(parts))
    return parts[0] if parts else None


def conjuncts(node: Node | None) -> list[Node]:
    """Return the parts that must all be true. Nested conjunctions are flattened."""
    if node is None:
        return []
    if isinstance(node, And):
        return [inner for part in node.parts for inner in conjuncts(part)]
    return [node]


def terms(node: Node | None) -> Iterator[Term]:
    """Yield every term of the tree, from left to right."""
    if isinstance(node, Term):
        yield node
    elif isinstance(node, Not):
        yield from terms(node.part)
    elif node is not None:
        for part in node.parts:
            yield from terms(part)
