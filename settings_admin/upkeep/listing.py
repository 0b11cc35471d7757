"""The list of entries to look after: all kept kinds together, with what is wrong with each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from api_client import ApiError
from settings_admin.entries.api import Policies
from settings_admin.entries.entry import Entry
from settings_admin.kinds import Kind
from settings_admin.upkeep.abused_services import abuse_warning
from settings_admin.upkeep.models import Term, TermState
from settings_admin.upkeep.overlaps import Overlap, overlaps_of
from settings_admin.upkeep.terms import makers_of, terms
from settings_admin.upkeep.uses import KEPT_KINDS, Use, is_unused, uses_of

ENTRIES_AT_MOST: Final = 10_000
"""Entries of a kind that are looked at. What is beyond is said."""

SHOWS: Final = (
    ("all", "Everything to look at"),
    ("expiring", "Expiring"),
    ("passed", "Let threats through"),
    ("contradicted", "Contradicted"),
    ("shadowed", "Shadowed"),
    ("unused", "Never used"),
    ("abused", "Abused services"),
    ("endless", "Without an end"),
)
_NOT_A_PROBLEM: Final = frozenset({"endless"})


@dataclass(slots=True)
class Kept:
    """An entry with its use, its term, who owns it, and what is to be said of it."""

    entry: Entry
    use: Use
    term: Term | None
    overlaps: Sequence[Overlap]
    warning: str
    owner: str = ""

    @property
    def shows(self) -> set[str]:
        """The lists that the entry belongs to."""
        found = {"contradicted" if overlap.is_contradiction else "shadowed" for overlap in self.overlaps}
        if self.term is not None and self.term.state != TermState.ENDED and self.term.warned_at:
            found.add("expiring")
        if self.use.let_through:
            found.add("passed")
        if is_unused(self.entry, self.use):
            found.add("unused")
        if self.warning:
            found.add("abused")
        if self.term is None or not self.term.expires:
            found.add("endless")
        return found | ({"all"} if found - _NOT_A_PROBLEM else set())


@dataclass(slots=True)
class Upkeep:
    """All entries, with the kinds that could not be read and why, those read in part, and expressions left out."""

    kept: list[Kept]
    unread: list[tuple[Kind, str]]
    cut: list[Kind]
    uncompared: int

    def counts(self) -> list[tuple[str, str, int]]:
        """Return name, label and number of entries of each list."""
        shows = [each.shows for each in self.kept]
        return [(name, label, sum(name in mine for mine in shows)) for name, label in SHOWS]

    def listed(self, show: str) -> list[Kept]:
        """Return the entries of one list: those that expire first, then those that let threats through."""
        mine = [each for each in self.kept if show in each.shows]
        return sorted(mine, key=lambda each: (_due(each), -each.use.threats, each.entry.name))


def _due(each: Kept) -> str:
    return each.term.due_on.isoformat() if each.term and each.term.due_on else "9999"


def upkeep() -> Upkeep:
    """Read all entries and look at them. Raise ApiError if no kind can be read."""
    by_kind: dict[Kind, list[Entry]] = {}
    unread: list[tuple[Kind, str]] = []
    failure: ApiError | None = None
    for kind in KEPT_KINDS:
        try:
            by_kind[kind] = list(islice(Policies(kind).everything(), ENTRIES_AT_MOST + 1))
        except ApiError as error:
            unread.append((kind, error.reason))
            failure = failure or error
    if failure is not None and not by_kind:
        raise failure
    cut = [kind for kind, entries in by_kind.items() if len(entries) > ENTRIES_AT_MOST]
    overlaps = overlaps_of(one for entries in by_kind.values() for one in entries)
    agreed = {(term.kind, term.entry_id): term for term in terms()}
    kept = [
        Kept(
            one,
            uses[one.id],
            agreed.get((kind.resource, one.id)),
            overlaps.found.get((kind.resource, one.id), ()),
            abuse_warning(kind, one.values),
        )
        for kind, entries in by_kind.items()
        for uses in [uses_of(kind, entries)]
        for one in entries[:ENTRIES_AT_MOST]
    ]
    return Upkeep(kept, unread, cut, overlaps.uncompared)


def name_owners(kept: Sequence[Kept]) -> None:
    """Fill in the owners: of the term, else whoever made the entry."""
    for kind in KEPT_KINDS:
        mine = [each for each in kept if each.entry.kind is kind]
        makers = makers_of(kind, [each.entry.id for each in mine]) if mine else {}
        for each in mine:
            each.owner = (each.term.owner_name if each.term else "") or makers.get(each.entry.id, "")
