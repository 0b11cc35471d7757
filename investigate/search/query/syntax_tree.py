"""What a query is once it was read: a tree of terms, each with its place in the text."""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the text, from `start` up to but not including `end`, in characters."""

    start: int
    end: int


NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to look for: `operator` is empty for words without one. In quotes a star is only a star."""

    operator: str
    value: str
    is_quoted: bool = False
    span: Span = field(default=NOWHERE, compare=False)
    value_span: Span = field(default=NOWHERE, compare=False)

    @property
    def is_wild(self) -> bool:
        """Whether a star in it stands for any characters."""
        return "*" in self.value and not self.is_quoted

    @property
    def has_blank(self) -> bool:
        return any(character.isspace() for character in self.value)


@dataclass(frozen=True, slots=True)
class Not:
    """All that the part is not true of."""

    part: "Node"
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class And:
    """All parts have to be true."""

    parts: tuple["Node", ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Or:
    """One part has to be true."""

    parts: tuple["Node", ...]
    span: Span = field(default=NOWHERE, compare=False)


Node = Term | Not | And | Or


class QueryError(ValueError):
    """The text is no query. `span` is where it goes wrong, `fixed` the whole text put right where that is known."""

    def __init__(self, said: str, span: Span, *, fixed: str = "") -> None:
        super().__init__(said)
        self.said = said
        self.span = span
        self.fixed = fixed


def all_of(parts: list[Node]) -> Node | None:
    """Join what all has to be true; None for nothing at all."""
    if len(parts) > 1:
        return And(tuple(parts))
    return parts[0] if parts else None


def conjuncts(node: Node | None) -> list[Node]:
    """Return the parts that all have to be true, those of nested conjunctions included."""
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
