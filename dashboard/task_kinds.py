"""Which kind of work each task is. Each kind is a queue of its own, so that what takes long keeps nothing else waiting.

A worker takes the kinds that it is started for (`celery worker --queues …`), or all. On one machine there are two
workers (`dashboard/stack/children.py`); on several hosts an operator divides the kinds as the load asks.
"""

from typing import Any, Final

from kombu import Exchange, Queue

INTERACTIVE: Final = "interactive"
"""What a person waits for, and what brings lost work back: each run is short."""

MAIL: Final = "mail"
"""What moves mail, or tells people and programs of it."""

BULK: Final = "bulk"
"""Jobs over many messages or policies, in slices of 20 to 30 seconds."""

MAINTENANCE: Final = "maintenance"
"""What nobody waits for: retention, learning, campaigns, the trail's seals."""

BEFORE_KINDS: Final = "celery"
"""The queue that all tasks had before there were kinds: what an upgrade finds in it is still worked off."""

SHORT: Final = (INTERACTIVE, MAIL)
LONG: Final = (BULK, MAINTENANCE, BEFORE_KINDS)
QUEUES: Final = (*SHORT, *LONG)
KINDS: Final = tuple(name for name in QUEUES if name != BEFORE_KINDS)

_TASKS: Final[dict[str, tuple[str, ...]]] = {
    INTERACTIVE: (
        "dashboard.jobs.tasks.recover_jobs",
        "dashboard.overview.tasks.keep_rollups",
        "dashboard.walking.tasks.recover_walks",
        "dashboard.walking.tasks.run_walk",
        "gateway.bulk.tasks.recover_bulk_jobs",
        "gateway.search.tasks.finish_search",
        "gateway.submissions.tasks.review_submission",
        "investigate.reviews.tasks.refresh_mirrors",
        "settings_admin.runs.tasks.recover_runs",
    ),
    MAIL: (
        "gateway.delivery.tasks.deliver_queued",
        "gateway.rejudging.tasks.read_unread",
        "gateway.submissions.tasks.review_waiting",
        "investigate.alerts.tasks.run_alerts",
        "investigate.automations.tasks.run_automations",
        "investigate.digests.tasks.keep_digests",
        "investigate.event_export.tasks.export_events",
        "investigate.release_requests.tasks.keep_requests",
        "investigate.reporter_answers.tasks.answer_reporters",
        "investigate.reviews.tasks.tell_overdue",
    ),
    BULK: (
        "dashboard.jobs.tasks.run_job",
        "gateway.bulk.tasks.run_bulk_job",
        "settings_admin.runs.tasks.work_on_run",
    ),
    MAINTENANCE: (
        "dashboard.api_writes.tasks.count_waiting",
        "dashboard.audit.tasks.keep_chain",
        "dashboard.jobs.tasks.forget_selections",
        "dashboard.people.tasks.clear_sessions",
        "dashboard.retention.tasks.delete_old_rows",
        "dashboard.selfcheck.tasks.check_mail",
        "dashboard.weekly_report.tasks.send_due",
        "gateway.domain_checks.tasks.look_up_domains",
        "gateway.phishguard.tasks.look_for_campaigns",
        "gateway.rejudging.tasks.scan_again",
        "gateway.retention.tasks.delete_old_mail",
        "gateway.teaching.tasks.learn",
        "investigate.campaigns.tasks.keep_campaigns",
        "investigate.releases.tasks.watch_releases",
        "investigate.submissions.tasks.keep_rows",
        "settings_admin.upkeep.tasks.keep_terms",
    ),
}


def task_routes() -> dict[str, dict[str, Any]]:
    """Return Celery's `task_routes`: the queue of each task."""
    return {task: {"queue": kind} for kind, tasks in _TASKS.items() for task in tasks}


def task_queues() -> list[Queue]:
    """Return Celery's `task_queues`: what a worker takes that is started for no kind in particular."""
    # Without an exchange and a key of its own, a queue would get what is meant for the others.
    return [Queue(name, Exchange(name), routing_key=name) for name in QUEUES]
