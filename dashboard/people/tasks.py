"""Background tasks about people."""

from celery import shared_task

from dashboard.people.session_store import SessionStore


@shared_task(name="dashboard.people.tasks.clear_sessions", acks_late=True, reject_on_worker_lost=True)
def clear_sessions() -> None:
    """Delete the sessions that have ended."""
    SessionStore.clear_expired()
