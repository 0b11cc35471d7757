"""The Celery application. Its settings are the Django settings with the prefix CELERY_."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, task_postrun, task_prerun, worker_init, worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")

app = Celery("gatehouse")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(
    [
        "dashboard.api_writes",
        "dashboard.audit",
        "dashboard.jobs",
        "dashboard.overview",
        "dashboard.people",
        "dashboard.retention",
        "dashboard.selfcheck",
        "dashboard.walking",
        "dashboard.weekly_report",
        "gateway.bulk",
        "gateway.delivery",
        "gateway.domain_checks",
        "gateway.phishguard",
        "gateway.retention",
        "gateway.search",
        "gateway.rejudging",
        "gateway.teaching",
        "settings_admin.runs",
        "investigate.campaigns",
        "settings_admin.upkeep",
        "investigate.releases",
        "investigate.reviews",
        "investigate.alerts",
        "investigate.automations",
        "investigate.reporter_answers",
        "investigate.event_export",
        "investigate.digests",
        "investigate.release_requests",
        "investigate.submissions",
    ]
)


@worker_init.connect
@beat_init.connect
def _require_private_state(**_facts: Any) -> None:
    """Don't work on state that others may read, or that is half restored."""
    from django.conf import settings

    from dashboard.backup.home_state import why_not_whole
    from dashboard.private_state import NotPrivate, require_private

    try:
        require_private(settings.GATEHOUSE_HOME)
    except NotPrivate as error:
        raise SystemExit(str(error)) from None
    if why := why_not_whole(settings.GATEHOUSE_HOME):
        raise SystemExit(why)


@worker_process_init.connect
def _die_with_worker(**_facts: Any) -> None:
    """Have a pool process killed when its worker dies. Billiard's fork clears the signal that the supervisor set."""
    from dashboard.stack.child import die_with_parent

    die_with_parent()


@task_prerun.connect
def _take_request_id(task_id: str, **_facts: Any) -> None:
    """Give log lines and audit entries of a task its id."""
    from dashboard.request_ids import set_request_id

    set_request_id(f"task-{task_id}")


@task_postrun.connect
def _drop_request_id(**_facts: Any) -> None:
    from dashboard.request_ids import set_request_id

    set_request_id("")
