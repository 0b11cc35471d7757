"""Edit conflicts: compare both versions of an entry field by field, and offer a form that merges them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from settings_admin.entries.entry import Entry, is_same
from settings_admin.entries.forms import EntryForm
from settings_admin.entries.services import EditConflict
from settings_admin.history.selectors import in_words
from settings_admin.kinds import Field


@dataclass(frozen=True, slots=True)
class Line:
    """One field in words: as it was when the form was opened, as it is now, and as this user wants it."""

    field: Field
    seen: str
    theirs: str
    mine: str
    is_theirs: bool
    is_mine: bool

    @property
    def is_both(self) -> bool:
        """Whether both users changed the field, to different values."""
        return self.is_theirs and self.is_mine and self.theirs != self.mine


@dataclass(frozen=True, slots=True)
class Clash:
    """An edit conflict between this user and another. `merged` combines the changes of both."""

    now: Entry
    lines: list[Line]
    merged: dict[str, Any]

    @classmethod
    def of(cls, conflict: EditConflict) -> Clash:
        """Compare the three versions field by field."""
        lines, merged = [], {}
        for spec in conflict.now.kind.fields:
            was, is_now, wish = (
                conflict.seen.get(spec.name),
                conflict.now.values.get(spec.name),
                conflict.wanted.get(spec.name),
            )
            is_mine = not is_same(spec, was, wish)
            lines.append(
                Line(
                    spec,
                    in_words(spec, was),
                    in_words(spec, is_now),
                    in_words(spec, wish),
                    is_theirs=not is_same(spec, was, is_now),
                    is_mine=is_mine,
                )
            )
            # If both changed a field, the form shows this user's value. The table above the form shows the other
            # value, so the user has seen it before overwriting it.
            merged[spec.name] = wish if is_mine else is_now
        return cls(conflict.now, lines, merged)

    def form(self, why: str) -> EntryForm:
        """Return a form that is based on the entry as it is now and filled with the merged values."""
        form = EntryForm(self.now.kind, entry=self.now)
        filled = EntryForm(
            self.now.kind,
            entry=Entry(self.now.kind, self.now.id, self.merged, {}, self.now.created_at, self.now.modified_at),
        )
        form.initial = {**filled.initial, "seen": form.initial["seen"], "why": why}
        return form

    @property
    def is_overlapping(self) -> bool:
        """Whether both users changed the same field, to different values."""
        return any(line.is_both for line in self.lines)
