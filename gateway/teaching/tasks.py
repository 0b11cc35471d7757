"""The Celery task that learns: it reads the messages of new decisions and makes the next version of the model."""

from celery import shared_task
from django.conf import settings

from gateway.learning.decisions import forget_old
from gateway.learning.versions import make_version
from gateway.teaching.examples import describe_waiting


@shared_task(name="gateway.teaching.tasks.learn")
def learn() -> None:
    """Learn from the decisions since the last time. Safe to run twice at once."""
    describe_waiting()
    forget_old(settings.GATEWAY_ACCOUNT_ID)
    make_version(settings.GATEWAY_ACCOUNT_ID)
