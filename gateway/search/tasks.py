"""Celery task that runs slow searches."""

from uuid import UUID

from celery import shared_task

from gateway.search.background import FINISH_SEARCH, finish


@shared_task(name=FINISH_SEARCH)
def finish_search(run_id: str) -> None:
    """Execute one pending slow search and store its result."""
    finish(UUID(run_id))
