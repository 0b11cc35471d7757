"""Slow searches: run in the worker, with clients polling for the result."""

import logging
from datetime import timedelta
from functools import partial
from uuid import UUID

from celery import current_app
from django.db import DatabaseError
from django.utils import timezone
from kombu.exceptions import OperationalError

from gateway.models import SearchRun
from gateway.search.cursor import Cursor, parse
from gateway.search.page import search_keys
from gateway.search.params import SearchParams
from gateway.search.replica import search_within
from gateway.search.time_budget import SearchTooSlow

logger = logging.getLogger(__name__)
DATABASE = "gateway"
FINISH_SEARCH = "gateway.search.tasks.finish_search"
"""The task's name. Its module imports this one, so it is sent by its name."""
LONGEST_SECONDS = 600
# A run that is not finished after this time is enqueued again when a client polls for it.
_PATIENCE = timedelta(seconds=60)
_KEPT = timedelta(days=1)


def start(params: SearchParams, *, limit: int, cursor: Cursor | None, offset: int) -> SearchRun:
    """Create a run and enqueue it for the worker.

    Delete runs that are older than a day.
    """
    now = timezone.now()
    SearchRun.objects.using(DATABASE).filter(enqueued_at__lt=now - _KEPT).delete()
    run = SearchRun.objects.using(DATABASE).create(
        account_id=params.account_id,
        filters=params.to_json(),
        limit=limit,
        cursor=str(cursor or ""),
        offset=offset,
        enqueued_at=now,
    )
    enqueue(run)
    return run


def enqueue(run: SearchRun) -> None:
    """Enqueue a run for the worker.

    This is safe to repeat, because `finish` skips a run that is no longer pending. If the broker can't be reached,
    the run stays pending and a later poll enqueues it again.
    """
    try:
        current_app.send_task(FINISH_SEARCH, (str(run.pk),))
    except OperationalError as error:
        logger.warning("search %s waits for a poll, the broker can't be reached: %s", run.pk, error)


def reenqueue_if_overdue(run: SearchRun) -> None:
    """Enqueue a run again if it has been pending for over a minute, because its task or worker was probably lost."""
    now = timezone.now()
    taken = (
        SearchRun.objects.using(DATABASE)
        .filter(pk=run.pk, state=SearchRun.State.PENDING, enqueued_at__lt=now - _PATIENCE)
        .update(enqueued_at=now)
    )
    if taken:
        enqueue(run)


def finish(run_id: UUID) -> None:
    """Execute a pending run and store its result.

    Idempotent: a run that is not pending is skipped.
    """
    run = SearchRun.objects.using(DATABASE).filter(pk=run_id, state=SearchRun.State.PENDING).first()
    if run is None:
        return
    try:
        search = partial(
            search_keys,
            SearchParams.from_json(run.filters),
            limit=run.limit,
            cursor=parse(run.cursor) if run.cursor else None,
            offset=run.offset,
        )
        page = search_within(LONGEST_SECONDS, lambda alias: search(using=alias))
        run.keys = page.keys
        run.older, run.newer = str(page.older or ""), str(page.newer or "")
        run.state = SearchRun.State.DONE
    except (SearchTooSlow, DatabaseError):
        logger.exception("search %s failed", run_id)
        run.state = SearchRun.State.FAILED
    run.save(using=DATABASE)
