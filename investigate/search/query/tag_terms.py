"""Terms about the team's tags. No API knows them: they are tested on rows, and say around which times to look."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from api_client.models import Message
from dashboard.jobs.snapshot import Snapshot
from investigate.annotations.selectors import tagged_with, tags_among
from investigate.annotations.tags import tag_of
from investigate.search.query.row_matching import KnownMessage
from investigate.search.query.syntax_tree import Node, Term, conjuncts, terms

SLACK = timedelta(seconds=2)
"""Ids carry their time to the second, and servers may round it differently."""
TAGGED_AT_MOST = 5000


def known_messages(messages: Collection[Message], node: Node, now: datetime) -> list[KnownMessage]:
    """Return the messages with their tags, if the query asks for tags: they are looked up together."""
    if not any(term.operator == "tag" for term in terms(node)):
        return [KnownMessage(message, now) for message in messages]
    tags = tags_among(message.id for message in messages)
    return [KnownMessage(message, now, tags=tags.get(message.id, frozenset())) for message in messages]


def tagged_times(node: Node | None) -> list[datetime] | None:
    """Return the times at which messages with the query's tag were received, newest first, each with SLACK added.

    Return None if the query finds others too, if one of the ids carries no time, or if there are too many: then all of
    the range has to be looked at.
    """
    term = next((one for one in conjuncts(node) if isinstance(one, Term) and one.operator == "tag"), None)
    if term is None:
        return None
    ids = tagged_with(tag_of(term.value), at_most=TAGGED_AT_MOST + 1)
    times = [Snapshot(id=one).scanned_at for one in ids]
    known = [at + SLACK for at in times if at is not None]
    return sorted(known, reverse=True) if len(known) == len(ids) <= TAGGED_AT_MOST else None


def next_time(times: Sequence[datetime], below: datetime) -> datetime | None:
    """Return the newest of the times at which a message may have come at `below` or earlier, or None."""
    return next((at for at in times if at - 2 * SLACK <= below), None)
