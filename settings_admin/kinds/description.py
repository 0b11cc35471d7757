"""Classes that describe a kind of policy. Lists, forms, CSV files and history are generated from the description."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto
from typing import Any

Values = Mapping[str, Any]


class Input(Enum):
    """The form input of a field.

    MAYBE is yes, no or not set. LINES is a list with one value per line. NOTE is free text of several lines.
    """

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
    """What the API's batch request of a kind supports: all changes, deletions only, or no batches."""

    ALL = "all"
    DELETES = "deletes"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Fault:
    """An error in a value. `at` is the offset of the wrong character, from 0, or None if there is no single one.

    With `may_stay`, an entry that has the value already may keep it: it was accepted before.
    """

    field: str
    message: str
    at: int | None = None
    may_stay: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a policy. `name` is the API's field name.

    `older` is a deprecated field name. A server may still return only that one. A `fixed` field can't be changed
    after the entry is created. `not_applied` is set for fields that the embedded gateway stores but does not apply,
    and says what it does instead.
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
    """A filter that the API supports when it lists entries."""

    name: str
    label: str
    choices: tuple[tuple[str, str], ...]
    is_flag: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """One kind of policy.

    - `resource`: name of the resource in the API client.
    - `named_by`: the field that is shown as an entry's name.
    - `orders`: the fields that the API can sort by.
    - `faults`: finds the errors for which the API would reject an entry.
    - `identity`: returns the key that is unique among the entries.
    - `explain`: describes in words what an entry does.
    - `locked`: returns the reason why an entry can't be edited here, or an empty string.
    - `reported`: read-only attributes that the service returns with an entry.
    - `listed`: those of `reported` that are shown in the list, each with its label.
    - `is_replayed`: whether an entry can be tested on past mail before it is saved.
    - `switches`: checkboxes of the form below the pattern, which the API has no fields for.
    - `folded`: returns an entry's values with what the switches say worked into the API's fields.
    - `unfolded`: returns an entry's values as the form shows them, with the switches.
    - `is_inbound`: whether it is a policy on inbound mail, as the vendor's dashboard groups them; else a setting.
    - `remark`: says what is unusual about an entry that exists, or an empty string.
    - `columns`: the columns of the CSV format, as (title, field name). Empty if there is no CSV format.
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
    is_inbound: bool = True
    switches: tuple[Field, ...] = ()
    folded: Callable[[Values], dict[str, Any]] = dict
    unfolded: Callable[[Values], dict[str, Any]] = dict
    remark: Callable[[Values], str] = field(default=lambda _values: "")

    @property
    def form_fields(self) -> tuple[Field, ...]:
        """The fields of the form: those of the API, with the switches below the pattern."""
        below = next((index for index, known in enumerate(self.fields, 1) if known.name == "pattern"), 0)
        return (*self.fields[:below], *self.switches, *self.fields[below:])

    @property
    def nouns(self) -> str:
        """The plural of the noun."""
        return self.noun[:-1] + "ies" if self.noun.endswith("y") else f"{self.noun}s"

    @property
    def article(self) -> str:
        """The noun with its indefinite article, "a" or "an"."""
        return f"{'an' if self.noun[0] in 'aeio' else 'a'} {self.noun}"

    def field_named(self, name: str) -> Field:
        """Return the field with this name. Raise KeyError if there is none."""
        for known in self.fields:
            if known.name == name:
                return known
        raise KeyError(name)

    def name_of(self, values: Values) -> str:
        """Return the display name of an entry."""
        return str(values.get(self.named_by) or "")
