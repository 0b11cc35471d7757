"""The worker's part of slow searches."""

from uuid import UUID

from celery import shared_task

from gateway.search.background import finish


@shared_task(name="gateway.search.tasks.finish_search")
def finish_search(run_id: str) -> None:
    """Finish one slow search."""
    finish(UUID(run_id))
