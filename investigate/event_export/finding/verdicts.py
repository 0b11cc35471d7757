"""Finds verdicts: of new messages by short walks, and of messages whose verdict changed by longer ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from api_client import ApiError, BadRequest, Client, NotFound
from api_client.models import Detections, Message
from api_client.resources import SearchFilters
from dashboard.walking.walk import Leaf, walk
from investigate.event_export.feed import NewEvent, events_add, mine
from investigate.event_export.finding.place import OVERLAP_MINUTES, Look, Step
from investigate.event_export.finding.unread import WHOLE_API, note_unread, waiting_for
from investigate.event_export.formats.alerts import UNSET, alert_fields, alert_id_of, disposition_of
from investigate.event_export.models import ToldVerdict
from investigate.event_export.states import Kind, Place

DAYS_AGAIN = 7
"""Days of mail that are looked through for changed verdicts. GATEHOUSE_EVENT_DAYS is longer."""
PER_PAGE = 100
"""Messages of a page of new mail: each may cost a call for its details."""
PER_LONG_PAGE = 250
CHECKED_AT_ONCE = 50
FAILURES_IN_A_ROW = 3
"""After so many messages in a row that can't be read, the API as a whole is failing."""


def step_new(look: Look, cursor: dict[str, Any]) -> Step:
    """Tell the verdicts of the next page of messages, from now back to where the last walk began. Raise ApiError."""
    begun = datetime.fromisoformat(cursor.get("from") or look.since.isoformat())
    first = max(begun - timedelta(minutes=OVERLAP_MINUTES), look.since)
    return _walk(look, cursor, first, lambda page: _tell(look.client, page))


def step_changes(look: Look, cursor: dict[str, Any]) -> Step:
    """Tell the verdicts of the last DAYS_AGAIN days that are not those that were told. Raise ApiError.

    The first walk only notes the verdicts of messages from before `since`. After each walk, messages that had a verdict
    and were not listed are asked for: theirs may have been lifted.
    """
    if cursor.get("missing") is not None:
        return _check_missing(look, cursor)
    is_first = not cursor.get("noted")
    started = cursor.get("started") or look.now.isoformat()

    def tell(page: list[Message]) -> None:
        old = [one for one in page if one.scanned_at is None or one.scanned_at < look.since]
        if is_first:
            _note(old)
        seen = {one.id for one in old} if is_first else set()
        _tell(look.client, [one for one in page if one.id not in seen])

    step = _walk(
        look, {**cursor, "started": started}, look.now - timedelta(days=DAYS_AGAIN), tell, per_page=PER_LONG_PAGE
    )
    if step.is_end:
        step.cursor |= {"noted": True, "missing": 0, "started": started}
        step.is_end = False
    else:
        step.cursor |= {"noted": cursor.get("noted", False), "started": started}
    return step


def tell_again(client: Client, message_id: str, is_last: bool) -> None:
    """Tell the verdict of a message that could not be read before. Raise ApiError.

    At the last try, its details are left out if they still can't be read. What is not there any more is not told.
    """
    try:
        message = client.investigate.get(message_id)
    except (NotFound, BadRequest):
        return
    except ApiError as error:
        if is_last and not isinstance(error, WHOLE_API):
            return
        raise
    try:
        details = _details(client, message)
    except ApiError as error:
        if not is_last or isinstance(error, WHOLE_API):
            raise
        details = None
    _write(message, details)


def _walk(
    look: Look, cursor: dict[str, Any], first: datetime, tell: Callable[[list[Message]], None], per_page: int = PER_PAGE
) -> Step:
    """Walk one page of messages with detections, from now back to `first`, and tell them."""
    end = datetime.fromisoformat(cursor["end"]) if cursor.get("end") else look.now
    first = datetime.fromisoformat(cursor["first"]) if cursor.get("first") else first
    begun = cursor.get("from") or look.since.isoformat()
    if first >= end:
        return Step({"from": begun}, read_until=end, gaps=[])
    filters = SearchFilters(detections_only=True)
    pages = walk(look.client, filters, start=first, end=end, position=cursor.get("walk"), per_page=per_page)
    leaf: Leaf | None = next(pages, None)
    # A user's report is no mail that somebody got; what it reports is listed for itself.
    tell([one for one in leaf.messages if not one.is_phish_submission] if leaf else [])
    if leaf is None or leaf.looked_until is None:
        gaps = (leaf.position if leaf else cursor.get("walk") or {}).get("gaps", [])
        return Step({"from": end.isoformat()}, read_until=end, gaps=gaps)
    return Step(
        {"from": begun, "end": end.isoformat(), "first": first.isoformat(), "walk": leaf.position}, is_end=False
    )


def _tell(client: Client, page: list[Message]) -> None:
    """Tell the verdicts of a page that were not told yet. Each is written for itself, so a death repeats one call."""
    told = {row.message_id: row for row in _rows([one.id for one in page])}
    # What could not be read has its own tries.
    waiting = waiting_for(Place.VERDICTS, [one.id for one in page])
    failures = 0
    for message in page:
        known = told[message.id].disposition if message.id in told else UNSET
        if known == disposition_of(message.final_disposition) or message.id in waiting:
            continue
        try:
            details = _details(client, message)
        except WHOLE_API:
            raise
        except ApiError as error:
            failures += 1
            if failures >= FAILURES_IN_A_ROW:
                raise
            note_unread(Place.VERDICTS, message.id, error)
            continue
        failures = 0
        _write(message, details)
    ToldVerdict.objects.filter(pk__in=[row.pk for row in told.values()]).update(seen_at=timezone.now())


def _rows(ids: list[str]) -> list[ToldVerdict]:
    found: list[ToldVerdict] = []
    for start in range(0, len(ids), 500):
        found += ToldVerdict.objects.filter(**mine(), message_id__in=ids[start : start + 500])
    return found


def _details(client: Client, message: Message) -> Detections | None:
    """Return the details of a message, or None if the API has none. Raise ApiError."""
    try:
        return client.investigate.detections.get(message.id)
    except (NotFound, BadRequest):
        return None


def _write(message: Message, details: Detections | None) -> None:
    """Write the event about a verdict, and that it was told, in one transaction. A verdict told meanwhile is left."""
    disposition = disposition_of(message.final_disposition)
    with transaction.atomic():
        row, is_new = ToldVerdict.objects.select_for_update().get_or_create(
            **mine(), message_id=message.id[:255], defaults={"disposition": UNSET, **_known(message)}
        )
        if row.disposition == disposition:
            return
        row.disposition, row.changes, row.seen_at = disposition, row.changes + 1, timezone.now()
        row.save(update_fields=["disposition", "changes", "seen_at"])
        events_add(
            [
                NewEvent(
                    Kind.ALERTS,
                    (message.id, row.changes),
                    at=message.scanned_at if is_new else row.seen_at,
                    fields=alert_fields(message, details),
                    message_id=message.id,
                    disposition=disposition,
                )
            ]
        )


def _known(message: Message) -> dict[str, Any]:
    return {
        "alert_id": alert_id_of(message.id, message.alert_id),
        "scanned_at": message.scanned_at,
        "seen_at": timezone.now(),
    }


def _note(messages: list[Message]) -> None:
    """Note verdicts from before anybody wanted events, without telling them."""
    rows = [
        ToldVerdict(**mine(), message_id=one.id[:255], disposition=disposition_of(one.final_disposition), **_known(one))
        for one in messages
    ]
    ToldVerdict.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["account_id", "backend", "message_id"],
        update_fields=["disposition", "seen_at"],
    )


def _check_missing(look: Look, cursor: dict[str, Any]) -> Step:
    """Ask for messages that had a verdict and were not listed in the walk that has just ended."""
    started = datetime.fromisoformat(cursor["started"])
    rows = list(
        # What was last seen before `since` was told to somebody who does not listen any more.
        ToldVerdict.objects.filter(**mine(), seen_at__gte=look.since, seen_at__lt=started, pk__gt=cursor["missing"])
        .filter(scanned_at__gt=look.now - timedelta(days=DAYS_AGAIN), scanned_at__lt=started)
        .exclude(disposition=UNSET)
        .order_by("pk")[:CHECKED_AT_ONCE]
    )
    for row in rows:
        try:
            _tell(look.client, [look.client.investigate.get(row.message_id)])
        except (NotFound, BadRequest):
            continue  # It is not there any more, so nothing is known of its verdict.
        except WHOLE_API:
            raise
        except ApiError as error:
            note_unread(Place.VERDICTS, row.message_id, error)
    following = {"noted": True, "started": cursor["started"]}
    if len(rows) == CHECKED_AT_ONCE:
        return Step({**following, "missing": rows[-1].pk}, is_end=False)
    return Step({"noted": True}, read_until=started, gaps=None)
