"""Services that start background walks over searches (counts, exports, gatherings) and delete old ones."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, TypeVar, cast
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import record
from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.jobs.selections.models import Selection, Source
from dashboard.jobs.selections.services import selection_create
from dashboard.jobs.snapshot import Snapshot
from dashboard.walking.models import WalkState
from dashboard.walking.services import walk_start
from investigate.search.address import search_query
from investigate.search.form import SearchForm
from investigate.search.walks.models import SearchCount, SearchExport, SearchGathering, SearchWalk, key_of

COUNT_KEPT = timedelta(minutes=10)
FAILURE_KEPT = timedelta(minutes=1)
_FORGOTTEN_AT_ONCE = 100

W = TypeVar("W", bound=SearchWalk)


def count_of(form: SearchForm, *, user: User | None = None) -> SearchCount:
    """Return the count of a search. Reuse a count that is at most COUNT_KEPT old, else start a new walk."""
    query = search_query(form).urlencode()
    key = key_of(query, account_id=backend_account_id(), backend=backend_fingerprint())
    now = timezone.now()
    recent = SearchCount.objects.filter(key=key, created_at__gt=now - COUNT_KEPT)
    # A failed count is reused for FAILURE_KEPT, so that a page that polls every second does not start one every second.
    found = recent.exclude(state=WalkState.FAILED, created_at__lt=now - FAILURE_KEPT).first()
    if found is None:
        _forget(SearchCount, COUNT_KEPT * 6)
        found = walk_start(with_search(SearchCount(key=key), form), user=user)
    return found


def export_start(form: SearchForm, *, kind: str, actor: Actor, user: User) -> SearchExport:
    """Start an export. Write its row and its audit row in one transaction, and enqueue the walk on commit."""
    with transaction.atomic():
        export = walk_start(with_search(SearchExport(format=kind), form), user=user)
        record(
            actor=actor,
            action=AuditAction.SEARCH_EXPORT,
            object_kind="export",
            object_id=str(export.pk),
            outcome=Outcome.DONE,
            detail={"search": form.text, "format": kind},
        )
    return export


def select_all(form: SearchForm, *, user: User, action: str, destination: str) -> Selection | SearchGathering:
    """Start to select everything that a search finds.

    If the API can filter the whole search, return a new selection, which the worker fills. Otherwise return a
    gathering, whose walk applies the client-side filter first.
    """
    if form.plan.rest is None:
        filters = form.api_filters()
        return selection_create(
            user=user, filters=filters, start=filters["start"], end=filters["end"], label=_label(form.text)
        )
    return walk_start(with_search(SearchGathering(action=action, destination=destination), form), user=user)


def gathering_freeze(gathering: SearchGathering, *, user: User) -> UUID | None:
    """Create a selection of the gathered messages once, and return its id, or None if nothing was gathered.

    If the process dies between the two writes, the next call creates a second selection. The unused first one is
    deleted later, like all old selections.
    """
    if gathering.selection is None:
        rows = gathering.messages.order_by("id").iterator(chunk_size=2000)
        snapshots = [Snapshot.from_json(row.investigate_id, row.snapshot) for row in rows]
        if not snapshots:
            return None
        text = SearchForm(QueryDict(gathering.query), extensions=())
        text.is_valid()
        made = selection_create(user=user, snapshots=snapshots, source=Source.PICKED, label=_label(text.text))
        SearchGathering.objects.filter(pk=gathering.pk).update(selection=made.pk)
        gathering.selection = made.pk
    return gathering.selection


def _label(text: str) -> str:
    return text[:300] or "All mail"


def with_search(walk: W, form: SearchForm) -> W:
    """Set the walk's query, range and API filters from the form, and return the walk."""
    filters = cast("dict[str, Any]", form.api_filters())
    walk.query = search_query(form).urlencode()
    walk.start, walk.end = filters.pop("start"), filters.pop("end")
    filters.pop("per_page")
    walk.filters = filters
    return walk


def _forget(model: type[SearchWalk], kept: timedelta) -> None:
    """Delete walks that are older than `kept`, at most `_FORGOTTEN_AT_ONCE` in one call."""
    manager = model._default_manager
    old = manager.filter(created_at__lt=timezone.now() - kept).values_list("pk", flat=True)[:_FORGOTTEN_AT_ONCE]
    manager.filter(pk__in=list(old)).delete()
