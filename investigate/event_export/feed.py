"""Adds events: each once, with a number in the order of commits."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from dashboard.backend import backend_account_id, backend_fingerprint
from investigate.event_export.formats.values import line_of
from investigate.event_export.models import Event, Feed
from investigate.event_export.states import Kind


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event that was found. `key` holds the parts that tell what happened; the same parts are the same event."""

    kind: Kind
    key: Sequence[object]
    at: datetime | None
    fields: Mapping[str, Any] | None = None
    message_id: str = ""
    disposition: str = ""
    audit_id: int | None = None


def mine() -> dict[str, Any]:
    """Return the fields that name the configured backend."""
    return {"account_id": backend_account_id(), "backend": backend_fingerprint()}


def events_add(found: Sequence[NewEvent]) -> int:
    """Add the events that are not known yet, in their order, and return how many those are.

    Call it in the transaction that writes what was read, if there is one: then both are kept or neither.
    """
    if not found:
        return 0
    with transaction.atomic():
        feed = Feed.objects.select_for_update().get_or_create(**mine())[0]
        keys = {_key(one): one for one in found}
        known = set(Event.objects.filter(**mine(), key__in=list(keys)).values_list("key", flat=True))
        new = [(key, one) for key, one in keys.items() if key not in known]
        rows = [_row(feed.number + place, key, one) for place, (key, one) in enumerate(new, start=1)]
        Event.objects.bulk_create(rows)
        Feed.objects.filter(pk=feed.pk).update(number=feed.number + len(rows))
    return len(rows)


def newest_number() -> int:
    """Return the number of the newest event, 0 if there is none."""
    return Feed.objects.filter(**mine()).values_list("number", flat=True).first() or 0


def _key(one: NewEvent) -> str:
    told = "\0".join(str(part) for part in (one.kind, *one.key))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def _row(number: int, key: str, one: NewEvent) -> Event:
    return Event(
        **mine(),
        number=number,
        kind=one.kind,
        key=key,
        message_id=one.message_id[:255],
        disposition=one.disposition,
        at=one.at or timezone.now(),
        line=line_of(one.fields) if one.fields is not None else "",
        audit_id=one.audit_id,
    )
