"""Periodic task of the audit trail."""

from celery import shared_task

from dashboard.audit.chain.heads import keep_head
from dashboard.audit.chain.sealing import AT_ONCE, seal_pending


@shared_task
def keep_chain() -> None:
    """Seal entries whose writer died before it could, and keep the end of the chain outside of the database."""
    while seal_pending() == AT_ONCE:
        pass
    keep_head()
