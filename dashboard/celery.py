"""The Celery application. Its settings are the Django settings with the prefix CELERY_."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")

app = Celery("gatehouse")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(
    [
        "dashboard.jobs",
        "dashboard.overview",
        "dashboard.people",
        "dashboard.walking",
        "gateway.bulk",
        "gateway.delivery",
        "gateway.phishguard",
        "gateway.search",
        "gateway.rejudging",
        "settings_admin.runs",
        "investigate.reviews",
        "investigate.submissions",
    ]
)


@worker_process_init.connect
def _die_with_worker(**_facts: Any) -> None:
    """Have a pool process killed when its worker dies. Billiard's fork clears the signal that the supervisor set."""
    from dashboard.stack.child import die_with_parent

    die_with_parent()
