"""Run a search in the database and return one page of results, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connections

from gateway.models import Message
from gateway.search.cursor import Cursor
from gateway.search.params import SearchParams
from gateway.search.sql import (
    Match,
    NothingMatches,
    Where,
    fts5_expression,
    match_of,
    postgres_conditions,
    row_conditions,
)

DATABASE = "gateway"


@dataclass(frozen=True, slots=True)
class KeyPage:
    """The keys of the messages of a page, newest first, and the cursors of the older and the newer page, or None."""

    keys: list[int]
    older: Cursor | None
    newer: Cursor | None


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The messages of a page, newest first, and the cursors of the older and the newer page, or None."""

    messages: list[Message]
    older: Cursor | None
    newer: Cursor | None


def search_page(params: SearchParams, *, limit: int, cursor: Cursor | None = None, offset: int = 0) -> SearchPage:
    """Return at most `limit` messages that match, starting at `cursor` or after skipping `offset` messages."""
    page = search_keys(params, limit=limit, cursor=cursor, offset=offset)
    return SearchPage(messages_of(page.keys), page.older, page.newer)


def messages_of(keys: Sequence[int], *, features: bool = False) -> list[Message]:
    """Return the messages with these keys, in this order, without those that are gone. Features are read if asked."""
    rows = Message.objects.using(DATABASE)
    found = (rows if features else rows.defer("features")).in_bulk(keys)
    return [found[key] for key in keys if key in found]


def search_keys(
    params: SearchParams, *, limit: int, cursor: Cursor | None = None, offset: int = 0, using: str = DATABASE
) -> KeyPage:
    """Return the keys of at most `limit` messages that match, starting at `cursor` or after skipping `offset` messages.

    A page at a cursor does not shift when mail arrives. The total number of results is not counted. `using` is the
    alias of the database, or of a replica of it.
    """
    try:
        match = match_of(params)
    except NothingMatches:
        return KeyPage([], None, None)
    where = row_conditions(params)
    ascending = False
    if cursor is not None:
        ascending = cursor.direction == "newer"
        where.add("m.id > %s" if ascending else "m.id < %s", cursor.key)
    keys = _keys(using, match, where, ascending=ascending, limit=limit + 1, offset=offset)
    more, keys = len(keys) > limit, keys[:limit]
    if ascending:
        keys.reverse()
    if not keys:
        return KeyPage([], None, None)
    has_newer = more if ascending else cursor is not None or offset > 0
    has_older = True if ascending else more
    return KeyPage(
        keys,
        older=Cursor("older", keys[-1]) if has_older else None,
        newer=Cursor("newer", keys[0]) if has_newer else None,
    )


def _keys(using: str, match: Match, where: Where, *, ascending: bool, limit: int, offset: int) -> list[int]:
    connection = connections[using]
    clauses = list(where.clauses)
    parameters: list[str | int] = list(where.parameters)
    order, source = "m.id", "gateway_message m"
    if match and connection.vendor == "sqlite":
        # CROSS JOIN keeps SQLite from reordering the join, so that the index is read in the order of its rowids.
        source = "gateway_messagefts f CROSS JOIN gateway_message m ON m.id = f.rowid"
        order = "f.rowid"
        clauses = ["gateway_messagefts MATCH %s", *(clause.replace("m.id ", "f.rowid ") for clause in clauses)]
        parameters.insert(0, fts5_expression(match))
    elif match:
        source = "gateway_messageindex i JOIN gateway_message m ON m.id = i.message_id"
        extra = postgres_conditions(match)
        clauses += extra.clauses
        parameters += extra.parameters
    sql = (
        f"SELECT m.id FROM {source} WHERE {' AND '.join(clauses)} "  # noqa: S608 - built from constants of this package
        f"ORDER BY {order} {'ASC' if ascending else 'DESC'} LIMIT %s OFFSET %s"
    )
    with connection.cursor() as db:
        db.execute(sql, [*parameters, limit, offset])
        return [row[0] for row in db.fetchall()]
