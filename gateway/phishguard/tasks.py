"""Celery task of PhishGuard."""

from celery import shared_task
from django.conf import settings

from gateway.phishguard.campaigns import detect_campaigns


@shared_task(name="gateway.phishguard.tasks.look_for_campaigns")
def look_for_campaigns() -> None:
    """Write reports on campaigns and targeted people in mail since the last run."""
    detect_campaigns(settings.GATEWAY_ACCOUNT_ID)
