"""What a kind of policy is: the one description that its lists, forms, files and history are made from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto
from typing import Any

Values = Mapping[str, Any]


class Input(Enum):
    """How a field is asked for."""

    LINE = auto()
    PATTERN = auto()
    NOTE = auto()
    CHECK = auto()
    MAYBE = auto()
    CHOICE = auto()
    CHOICES = auto()
    LINES = auto()
    NUMBER = auto()


class Batch(StrEnum):
    """What the API changes in one request: everything, deletions only, or one entry at a time."""

    ALL = "all"
    DELETES = "deletes"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a value; `at` is the character where, from 0, or None."""

    field: str
    message: str
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a policy, named as the API names it.

    `older` is the deprecated name that a server may still answer with alone. `fixed` fields are set once. A text in
    `not_applied` says what the embedded gateway stores without acting on it.
    """

    name: str
    label: str
    input: Input
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    required: bool = False
    initial: Any = None
    longest: int = 1024
    lowest: int | None = None
    highest: int | None = None
    fixed: bool = False
    older: str = ""
    not_applied: str = ""
    is_listed: bool = True


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter that the API offers for a list."""

    name: str
    label: str
    choices: tuple[tuple[str, str], ...]
    is_flag: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """One kind of policy.

    `resource` names it in the client, `named_by` is the field that tells entries apart for people. `orders` are the
    fields that the API sorts by, `faults` finds what the API would refuse, `identity` is what no two entries share,
    `explain` says in words what an entry does, and `locked` why one can't be edited here.
    `reported` is what the service says of an entry; of that, `listed` is shown in the list under a label. `is_replayed`
    kinds are tried on past mail before they are saved.
    """

    slug: str
    resource: str
    title: str
    noun: str
    about: str
    empty: str
    fields: tuple[Field, ...]
    named_by: str
    faults: Callable[[Values], Iterator[Fault]]
    identity: Callable[[Values], tuple[str, ...]]
    explain: Callable[[Values], str]
    orders: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    is_searched: bool = True
    batch: Batch = Batch.ALL
    locked: Callable[[Values], str] = field(default=lambda _values: "")
    reported: tuple[str, ...] = ()
    listed: tuple[tuple[str, str], ...] = ()
    is_replayed: bool = False
    not_applied: str = ""
    columns: tuple[tuple[str, str], ...] = ()

    @property
    def nouns(self) -> str:
        """The noun for several."""
        return self.noun[:-1] + "ies" if self.noun.endswith("y") else f"{self.noun}s"

    @property
    def article(self) -> str:
        """The noun with "a" or "an" before it."""
        return f"{'an' if self.noun[0] in 'aeio' else 'a'} {self.noun}"

    def field_named(self, name: str) -> Field:
        """Return a field by its name; KeyError for one that there isn't."""
        for known in self.fields:
            if known.name == name:
                return known
        raise KeyError(name)

    def name_of(self, values: Values) -> str:
        """Return what people call the entry."""
        return str(values.get(self.named_by) or "")
