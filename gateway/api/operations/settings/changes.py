"""Changes to settings, single or in a batch, in one transaction. Each error points to its place in the request."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from pydantic import BaseModel

from gateway.api.operations.settings.faults import SYNCHRONISED, Fault, duplicate, problem
from gateway.api.problems import Problem, not_found
from gateway.api.reading import Refused
from gateway.models.setting import Setting
from gateway.store.policy_cache import DATABASE, changing, forget

Row = TypeVar("Row", bound=Setting)
# SQLite takes at most 32,766 parameters in a statement, older builds 999.
_AT_ONCE = 400
_UPDATED_AT_ONCE = 20
_MOST_PROBLEMS = 50
_NOTHING = object()


@dataclass(frozen=True, slots=True)
class Kind(Generic[Row]):
    """A kind of setting.

    `model` is its table and `noun` its name in error messages. `check` yields what is wrong with a row before it is
    stored, `check_changed` what is wrong with those of its fields that differ from what is stored; of a new row, all.
    `locked` returns why a row may not be edited, or None. `pointer` is the field that the error for a
    duplicate points to. `blank` returns values of a new row that are not part of the request.
    """

    noun: str
    model: type[Row]
    pointer: str
    check: Callable[[Row], Iterator[Fault]]
    locked: Callable[[Row], str | None] = lambda _row: None
    blank: Callable[[], dict[str, Any]] = dict
    check_changed: Callable[[Row, frozenset[str]], Iterator[Fault]] = lambda _row, _changed: iter(())


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: its place in the request (a JSON pointer), the id of the setting, and the new values."""

    place: str
    id: UUID | None = None
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes of one request, in the order in which they are applied."""

    deletes: Sequence[Entry] = ()
    patches: Sequence[Entry] = ()
    puts: Sequence[Entry] = ()
    posts: Sequence[Entry] = ()


@dataclass(slots=True)
class Done(Generic[Row]):
    """The result of applied changes: ids of deleted settings, and the rows as they are now."""

    deletes: list[UUID] = field(default_factory=list)
    patches: list[Row] = field(default_factory=list)
    puts: list[Row] = field(default_factory=list)
    posts: list[Row] = field(default_factory=list)


def created(body: BaseModel, place: str = "") -> Entry:
    """Return the change that makes a new setting."""
    return Entry(place, values=body.model_dump(exclude={"id"}))


def patched(body: BaseModel, identifier: UUID, place: str = "") -> Entry:
    """Return the change that sets what was sent, and nothing else."""
    return Entry(place, identifier, body.model_dump(exclude_unset=True, exclude={"id"}))


def replaced(body: BaseModel, identifier: UUID, place: str = "") -> Entry:
    """Return the change that sets everything, what was not sent to what a new setting would have."""
    return Entry(place, identifier, body.model_dump(exclude={"id"}))


def batch(body: Any) -> Changes:
    """Return what a batch's body asks for."""
    return Changes(
        deletes=[Entry(f"/deletes/{index}", entry.id) for index, entry in enumerate(body.deletes)],
        patches=[patched(entry, entry.id, f"/patches/{index}") for index, entry in enumerate(body.patches)],
        puts=[replaced(entry, entry.id, f"/puts/{index}") for index, entry in enumerate(body.puts)],
        posts=[created(entry, f"/posts/{index}") for index, entry in enumerate(body.posts)],
    )


def carry_out(kind: Kind[Row], account_id: str, changes: Changes) -> Done[Row]:
    """Carry out all changes, or none. Changes of one account come one after the other.

    :raises Problem: 404 for a setting that isn't there.
    :raises Refused: 400 for what can't be, 409 for what exists already.
    """
    try:
        with transaction.atomic(using=DATABASE):
            changing(account_id)
            done = _Work(kind, account_id).all(changes)
    except IntegrityError as error:
        # Duplicates were already refused. Only rows that an administrator wrote without this module can collide here.
        raise duplicate(kind.noun, kind.pointer, "") from error
    forget()
    return done


class _Work(Generic[Row]):
    """Applies the changes of one transaction."""

    def __init__(self, kind: Kind[Row], account_id: str) -> None:
        self._kind = kind
        self._account = account_id
        self._rows = kind.model._default_manager.using(DATABASE).filter(account_id=account_id)
        self._now = timezone.now()
        # The place in the request that last changed each row, for the pointers of errors.
        self._places: dict[UUID, str] = {}
        self._before: dict[UUID, dict[str, Any]] = {}

    def all(self, changes: Changes) -> Done[Row]:
        known = self._known([*changes.deletes, *changes.patches, *changes.puts])
        gone = self._gone(changes.deletes, known)
        edited = [self._edited(entry, known) for entry in [*changes.patches, *changes.puts]]
        changed = list({row.pk: row for row in edited if row is not None}.values())
        new = [self._new(entry, index) for index, entry in enumerate(changes.posts)]
        self._check([*changed, *new])
        before = {row.pk: row.key for row in changed}
        self._refuse_duplicates([row.keyed() for row in [*changed, *new]], gone)
        self._store(gone, changed, new, before)
        return Done(
            deletes=gone,
            patches=[known[entry.id] for entry in changes.patches if entry.id],
            puts=[known[entry.id] for entry in changes.puts if entry.id],
            posts=new,
        )

    def _known(self, entries: Iterable[Entry]) -> dict[UUID, Row]:
        wanted = list({entry.id for entry in entries if entry.id})
        found: dict[UUID, Row] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            found |= {row.pk: row for row in self._rows.filter(pk__in=wanted[start : start + _AT_ONCE])}
        return found

    def _gone(self, entries: Iterable[Entry], known: dict[UUID, Row]) -> list[UUID]:
        gone = []
        for entry in entries:
            row = known.pop(entry.id, None) if entry.id else None
            if row is None:
                raise not_found(self._kind.noun, f"{entry.place}/id" if entry.place else None)
            gone.append(row.pk)
        return gone

    def _edited(self, entry: Entry, known: dict[UUID, Row]) -> Row | None:
        row = known.get(entry.id) if entry.id else None
        if row is None:
            raise not_found(self._kind.noun, f"{entry.place}/id" if entry.place else None)
        if not entry.values:
            return None
        reason = self._kind.locked(row)
        if reason is not None:
            raise Refused([problem(Fault(next(iter(entry.values)), reason, code=SYNCHRONISED), entry.place)])
        before = self._before.setdefault(row.pk, {})
        for name, value in entry.values.items():
            before.setdefault(name, getattr(row, name))
            setattr(row, name, value)
        row.modified_at = self._now
        self._places[row.pk] = entry.place
        return row

    def _new(self, entry: Entry, index: int) -> Row:
        # A microsecond apart, so that the order of a batch is the order of its entries.
        moment = self._now + timedelta(microseconds=index)
        row = self._kind.model(
            account_id=self._account, created_at=moment, modified_at=moment, **self._kind.blank(), **entry.values
        )
        self._before[row.pk] = dict.fromkeys(entry.values, _NOTHING)
        self._places[row.pk] = entry.place
        return row

    def _faults(self, row: Row) -> Iterator[Fault]:
        """Yield what is wrong with a row, at most one fault for each field."""
        found = list(self._kind.check(row))
        yield from found
        faulty = {fault.field for fault in found}
        before = self._before[row.pk]
        changed = frozenset(name for name, value in before.items() if getattr(row, name) != value)
        yield from (fault for fault in self._kind.check_changed(row, changed) if fault.field not in faulty)

    def _check(self, rows: Iterable[Row]) -> None:
        problems = [problem(fault, self._places[row.pk]) for row in rows for fault in self._faults(row)]
        if problems:
            raise Refused(problems[:_MOST_PROBLEMS])

    def _refuse_duplicates(self, rows: Sequence[Row], gone: Sequence[UUID]) -> None:
        seen: dict[str, UUID] = {}
        problems: list[Problem] = []
        for row in rows:
            if row.key in seen:
                problems.append(duplicate(self._kind.noun, self._kind.pointer, self._places[row.pk]))
            seen[row.key] = row.pk
        leaving = {*gone, *(row.pk for row in rows)}
        keys = list(seen)
        for start in range(0, len(keys), _AT_ONCE):
            for pk, key in self._rows.filter(key__in=keys[start : start + _AT_ONCE]).values_list("pk", "key"):
                if pk not in leaving:
                    problems.append(duplicate(self._kind.noun, self._kind.pointer, self._places[seen[key]]))
        if problems:
            raise Refused(problems[:_MOST_PROBLEMS])

    def _store(self, gone: Sequence[UUID], changed: Sequence[Row], new: Sequence[Row], before: dict[UUID, str]) -> None:
        for start in range(0, len(gone), _AT_ONCE):
            self._rows.filter(pk__in=gone[start : start + _AT_ONCE]).delete()
        moved = [row.pk for row in changed if row.key != before[row.pk]]
        if len(moved) > 1:
            # Two entries may swap their keys. Temporary keys keep the unique constraint from failing in between.
            for pk in moved:
                self._rows.filter(pk=pk).update(key=pk.hex)
        names = [column.name for column in self._kind.model._meta.concrete_fields if not column.primary_key]
        manager = self._kind.model._default_manager.using(DATABASE)
        manager.bulk_update(changed, names, batch_size=_UPDATED_AT_ONCE)
        manager.bulk_create(new, batch_size=_AT_ONCE)
