"""What beat does and how often. Each task finds out by itself what is due, and may run twice without harm."""

from typing import Any


def beat_schedule(*, lease: int, embedded: bool) -> dict[str, dict[str, Any]]:
    """Return Celery's schedule. `lease` is in seconds; `embedded` says that the gateway runs here too.

    What lost workers left is taken up well within a lease.
    """
    often = max(1.0, lease / 4)
    schedule = {
        "jobs-recover": _every(often, "dashboard.jobs.tasks.recover_jobs"),
        "selections-forget": _every(300.0, "dashboard.jobs.tasks.forget_selections"),
        "walks-recover": _every(often, "dashboard.walking.tasks.recover_walks"),
        "policy-runs-recover": _every(often, "settings_admin.runs.tasks.recover_runs"),
        # Our own gateway may be asked often; of another API's budget, the mirror takes a few calls every five minutes.
        "reviews-refresh": _every(10.0 if embedded else 300.0, "investigate.reviews.tasks.refresh_mirrors"),
        "reviews-overdue": _every(300.0, "investigate.reviews.tasks.tell_overdue"),
        "overview-keep": _every(15.0, "dashboard.overview.tasks.keep_rollups"),
    }
    if embedded:
        schedule |= {
            "gateway-deliver-queued": _every(10.0, "gateway.delivery.tasks.deliver_queued"),
            "gateway-bulk-recover": _every(often, "gateway.bulk.tasks.recover_bulk_jobs"),
            "gateway-review-submissions": _every(10.0, "gateway.submissions.tasks.review_waiting"),
            "gateway-phishguard": _every(60.0, "gateway.phishguard.tasks.look_for_campaigns"),
        }
    return schedule


def _every(seconds: float, task: str) -> dict[str, Any]:
    # A task that waited so long is not needed any more: the next one does the same.
    return {"task": task, "schedule": seconds, "options": {"expires": max(60.0, seconds)}}
