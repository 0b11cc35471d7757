"""Queries for the audit trail."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from dashboard.audit.actions import TAB_LOOKS
from dashboard.audit.models import AuditEntry
from dashboard.backend import backend_account_id, backend_fingerprint

PER_PAGE = 50
_MOST_OF_ONE_OBJECT = 200


@dataclass(frozen=True, slots=True)
class AuditPage:
    """One page of entries, newest first, each with its result. Results are no lines of their own.

    `older` is the `before` of the next page and `newer` the `after` of the previous one, None if there is none.
    """

    entries: list[AuditEntry]
    older: int | None
    newer: int | None


def audit_page(
    *,
    person: str = "",
    action: str = "",
    outcome: str = "",
    object_id: str = "",
    request_id: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    after: int | None = None,
) -> AuditPage:
    """Return a page of matching entries.

    Pages are found by id (keyset pagination) without counting rows, so the size of the trail does not matter.
    """
    found = _matching(
        person=person,
        action=action,
        outcome=outcome,
        object_id=object_id,
        request_id=request_id,
        since=since,
        until=until,
    )
    found = found.filter(follows=None).select_related("result")
    if after is not None:
        rows = list(found.filter(id__gt=after).order_by("id")[: PER_PAGE + 1])
        entries = rows[:PER_PAGE][::-1]
        newer = entries[0].pk if len(rows) > PER_PAGE else None
        return AuditPage(entries, older=entries[-1].pk if entries else None, newer=newer)
    if before is not None:
        found = found.filter(id__lt=before)
    rows = list(found.order_by("-id")[: PER_PAGE + 1])
    entries = rows[:PER_PAGE]
    older = entries[-1].pk if len(rows) > PER_PAGE else None
    return AuditPage(entries, older=older, newer=entries[0].pk if entries and before is not None else None)


def audit_export_rows(**filters: Any) -> Iterator[AuditEntry]:
    """Return an iterator over all matching entries, newest first, and the results of those that are attempts.

    It does not load them all into memory.
    """
    chosen = {name: value for name, value in filters.items() if name not in {"before", "after"}}
    found = _matching(**chosen).filter(follows=None).select_related("result")
    return found.order_by("-id").iterator(chunk_size=1000)


def _matching(
    *,
    person: str = "",
    action: str = "",
    outcome: str = "",
    object_id: str = "",
    request_id: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[AuditEntry]:
    exact = {"username": person, "action": action, "object_id": object_id, "request_id": request_id}
    found = AuditEntry.objects.filter(**{name: value for name, value in exact.items() if value})
    if outcome:
        found = found.filter(Q(outcome=outcome, result=None) | Q(result__outcome=outcome))
    if since:
        found = found.filter(at__gte=since)
    if until:
        found = found.filter(at__lt=until)
    return found


def audit_of_object(*, kind: str, object_id: str) -> list[AuditEntry]:
    """Return the newest entries about one object of the configured backend, each with its result.

    Looks at its tabs are left out: they say who saw it, not what was done to it.
    """
    found = AuditEntry.objects.filter(
        object_kind=kind,
        object_id=object_id,
        account_id=backend_account_id(),
        backend=backend_fingerprint(),
        follows=None,
    )
    found = found.exclude(action__in=TAB_LOOKS).select_related("result")
    return list(found.order_by("-id")[:_MOST_OF_ONE_OBJECT])


def audit_entry(entry_id: int) -> AuditEntry:
    """Return one entry with its attempt and its result. Raise AuditEntry.DoesNotExist."""
    return AuditEntry.objects.select_related("result", "follows").get(pk=entry_id)
