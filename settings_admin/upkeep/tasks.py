"""Celery task of the upkeep of policies. It is safe to execute twice."""

from __future__ import annotations

from celery import shared_task


@shared_task(name="settings_admin.upkeep.tasks.keep_terms", acks_late=True, reject_on_worker_lost=True)
def keep_terms() -> None:
    """Warn of entries that expire, and retire those that were warned of for a week."""
    from settings_admin.upkeep.expiry import terms_keep

    terms_keep()
