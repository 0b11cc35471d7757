"""Starting walks over searches, and forgetting old ones."""

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
EXPORT_KEPT = timedelta(days=7)
_FORGOTTEN_AT_ONCE = 100

W = TypeVar("W", bound=SearchWalk)


def count_of(form: SearchForm, *, user: User | None = None) -> SearchCount:
    """Return the count of a search: one of the last minutes, else a new one, which the worker makes."""
    query = search_query(form).urlencode()
    key = key_of(query, account_id=backend_account_id(), backend=backend_fingerprint())
    now = timezone.now()
    recent = SearchCount.objects.filter(key=key, created_at__gt=now - COUNT_KEPT)
    # One that failed is told for a while, so that a page that asks every second does not start one every second.
    found = recent.exclude(state=WalkState.FAILED, created_at__lt=now - FAILURE_KEPT).first()
    if found is None:
        _forget(SearchCount, COUNT_KEPT * 6)
        found = walk_start(planned(SearchCount(key=key), form), user=user)
    return found


def export_start(form: SearchForm, *, kind: str, actor: Actor, user: User) -> SearchExport:
    """Start an export. Its row and its audit row are one transaction; a worker is told once that is over."""
    _forget(SearchExport, EXPORT_KEPT)
    with transaction.atomic():
        export = walk_start(planned(SearchExport(format=kind), form), user=user)
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
    """Begin to select everything that a search finds.

    What the API can filter becomes a selection at once, which the worker completes. The rest is gathered first.
    """
    if form.plan.rest is None:
        filters = form.api_filters()
        return selection_create(
            user=user, filters=filters, start=filters["start"], end=filters["end"], label=_label(form.text)
        )
    _forget(SearchGathering, EXPORT_KEPT)
    return walk_start(planned(SearchGathering(action=action, destination=destination), form), user=user)


def gathering_freeze(gathering: SearchGathering, *, user: User) -> UUID | None:
    """Make a selection of what was gathered, once; gives its id, None for a gathering of nothing.

    When the process dies between the two writes, asking again makes a second selection, and the first is forgotten.
    """
    if gathering.selection is None:
        rows = gathering.messages.order_by("id").iterator(chunk_size=2000)
        snapshots = [Snapshot.from_json(row.investigate_id, row.snapshot) for row in rows]
        if not snapshots:
            return None
        text = SearchForm(QueryDict(gathering.query))
        text.is_valid()
        made = selection_create(user=user, snapshots=snapshots, source=Source.PICKED, label=_label(text.text))
        SearchGathering.objects.filter(pk=gathering.pk).update(selection=made.pk)
        gathering.selection = made.pk
    return gathering.selection


def _label(text: str) -> str:
    return text[:300] or "All mail"


def planned(walk: W, form: SearchForm) -> W:
    """Fill in what the walk looks for."""
    filters = cast("dict[str, Any]", form.api_filters())
    walk.query = search_query(form).urlencode()
    walk.start, walk.end = filters.pop("start"), filters.pop("end")
    filters.pop("per_page")
    walk.filters = filters
    return walk


def _forget(model: type[SearchWalk], kept: timedelta) -> None:
    """Delete what is older, a bounded number at a time."""
    manager = model._default_manager
    old = manager.filter(created_at__lt=timezone.now() - kept).values_list("pk", flat=True)[:_FORGOTTEN_AT_ONCE]
    manager.filter(pk__in=list(old)).delete()
