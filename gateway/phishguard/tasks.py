"""Celery task of PhishGuard."""

from celery import shared_task
from django.conf import settings

from gateway.phishguard.campaigns import look


@shared_task(name="gateway.phishguard.tasks.look_for_campaigns")
def look_for_campaigns() -> None:
    """Write reports on campaigns and targeted people in mail since the last run."""
    look(settings.GATEWAY_ACCOUNT_ID)
