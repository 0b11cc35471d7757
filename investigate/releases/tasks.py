"""Celery task of the release watch. It is safe to execute twice."""

from celery import shared_task


@shared_task(name="investigate.releases.tasks.watch_releases", acks_late=True, reject_on_worker_lost=True)
def watch_releases() -> None:
    """Take in what was released, and look for reports of it."""
    from investigate.releases.watching import releases_keep

    releases_keep()
