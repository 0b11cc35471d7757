"""Walk consumers: count, export or gather the messages that a background walk over a search finds."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from django.http import QueryDict

from api_client import Client
from api_client.models import Message
from api_client.resources import EXTENSIONS
from dashboard.jobs.snapshot import Snapshot
from dashboard.walking.registry import WalkConsumer
from investigate.search.client_side_filter import MOST_DETAILS, detail_of
from investigate.search.form import SearchForm
from investigate.search.query import Node, query_matches
from investigate.search.query.tag_terms import known_messages
from investigate.search.walks.export_lines import header_line, line_of
from investigate.search.walks.models import (
    COUNT_AT_MOST,
    GATHERED_AT_MOST,
    ExportPart,
    GatheredMessage,
    SearchCount,
    SearchExport,
    SearchGathering,
    SearchWalk,
)

W = TypeVar("W", bound=SearchWalk)


@dataclass(slots=True)
class MatchingMessages:
    """The matching messages of a page (a leaf of the walk).

    `read` counts the details that were read. `unread` counts the details that were not read because of MOST_DETAILS.
    `untold` counts the details that the API does not have.
    """

    messages: list[Message]
    read: int = 0
    unread: int = 0
    untold: int = 0


class SearchConsumer(WalkConsumer[W]):
    """Base class of walk consumers over a search: apply the client-side filter and count the matching messages."""

    def prepare(self, client: Client, walk: W, messages: Sequence[Message]) -> MatchingMessages:
        """Return the matching messages. At most MOST_DETAILS details are read in one walk.

        Raise ApiError if a detail can't be fetched.
        """
        rest = _rest_of(walk)
        if rest is None:
            return MatchingMessages(list(messages))
        sifted = MatchingMessages([])
        for known in known_messages(messages, rest, walk.end):
            message = known.message
            answer = query_matches(rest, known)
            if answer is None and walk.read + sifted.read >= MOST_DETAILS:
                sifted.unread += 1
            elif answer is None:
                detail = detail_of(client, message.id)
                sifted.read, sifted.untold = sifted.read + bool(detail), sifted.untold + (detail is None)
                answer = detail is not None and query_matches(rest, replace(known, detail=detail))
            if answer:
                sifted.messages.append(message)
        return sifted

    def consume(self, walk: W, found: MatchingMessages) -> bool | None:
        """Store the matching messages with `keep`, and update the walk's counters."""
        walk.read, walk.unread = walk.read + found.read, walk.unread + found.unread
        walk.untold += found.untold
        answer = self.keep(walk, found.messages)
        walk.found += len(found.messages)
        return answer

    def keep(self, walk: W, messages: list[Message]) -> bool | None:
        """Store the matching messages. Return False to end the walk."""
        raise NotImplementedError


def _rest_of(walk: SearchWalk) -> Node | None:
    # What the walk's filters don't say is tested on the rows, whatever the API may have learnt since.
    form = SearchForm(QueryDict(walk.query), extensions=EXTENSIONS & walk.filters.keys())
    form.is_valid()
    return form.plan.rest


class CountConsumer(SearchConsumer[SearchCount]):
    """Walk consumer that only counts."""

    def keep(self, walk: SearchCount, messages: list[Message]) -> bool | None:
        """Return False to end the walk when COUNT_AT_MOST is reached."""
        return None if walk.found + len(messages) < COUNT_AT_MOST else False


class ExportConsumer(SearchConsumer[SearchExport]):
    """Walk consumer that writes a part of the export file for each page, in the transaction of the walk's progress."""

    def keep(self, walk: SearchExport, messages: list[Message]) -> bool | None:
        """Write the lines of the messages as one part. The first part starts with the header."""
        is_first = not walk.looked and not walk.found
        text = header_line(walk.format) if is_first else ""
        text += "".join(line_of(message, walk.format) for message in messages)
        if text:
            ExportPart.objects.create(
                export=walk, number=walk.parts.count(), content=gzip.compress(text.encode("utf-8", "replace"), 6)
            )
        return None

    def finish(self, walk: SearchExport) -> None:
        """Write the header if the export has no messages."""
        if not walk.parts.exists():
            content = gzip.compress(header_line(walk.format).encode())
            ExportPart.objects.create(export=walk, number=0, content=content)


class GatheringConsumer(SearchConsumer[SearchGathering]):
    """Walk consumer that stores a snapshot of each message for a selection."""

    def keep(self, walk: SearchGathering, messages: list[Message]) -> bool | None:
        """Store snapshots of the messages. Return False to end the walk when GATHERED_AT_MOST is reached."""
        room = GATHERED_AT_MOST - walk.found
        del messages[room:]
        GatheredMessage.objects.bulk_create(
            [
                GatheredMessage(gathering=walk, investigate_id=message.id, snapshot=Snapshot.of(message).to_json())
                for message in messages
            ],
            batch_size=500,
            ignore_conflicts=True,
        )
        return None if len(messages) < room else False
