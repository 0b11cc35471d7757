"""Celery task that runs slow searches."""

from uuid import UUID

from celery import shared_task

from gateway.search.background import finish


@shared_task(name="gateway.search.tasks.finish_search")
def finish_search(run_id: str) -> None:
    """Execute one pending slow search and store its result."""
    finish(UUID(run_id))
