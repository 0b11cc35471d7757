"""Schedule of Celery beat. Each task finds out itself what is due, and is safe to execute twice."""

from typing import Any


def beat_schedule(*, lease: int, embedded: bool) -> dict[str, dict[str, Any]]:
    """Return the schedule of Celery beat. `lease` is in seconds. `embedded` says whether the gateway runs here too.

    Tasks that recover the work of lost workers run four times per lease, but at most once a second.
    """
    often = max(1.0, lease / 4)
    schedule = {
        "sessions-clear": _every(3600.0, "dashboard.people.tasks.clear_sessions"),
        "jobs-recover": _every(often, "dashboard.jobs.tasks.recover_jobs"),
        "selections-forget": _every(300.0, "dashboard.jobs.tasks.forget_selections"),
        "walks-recover": _every(often, "dashboard.walking.tasks.recover_walks"),
        "policy-runs-recover": _every(often, "settings_admin.runs.tasks.recover_runs"),
        # The embedded gateway has no call budget. For another API, the mirror makes a few calls every five minutes.
        "reviews-refresh": _every(10.0 if embedded else 300.0, "investigate.reviews.tasks.refresh_mirrors"),
        "releases-watch": _every(60.0, "investigate.releases.tasks.watch_releases"),
        "policy-terms-keep": _every(300.0, "settings_admin.upkeep.tasks.keep_terms"),
        "automations-run": _every(10.0 if embedded else 60.0, "investigate.automations.tasks.run_automations"),
        "alerts-run": _every(20.0, "investigate.alerts.tasks.run_alerts"),
        "reviews-rows": _every(60.0, "investigate.submissions.tasks.keep_rows"),
        "events-export": _every(10.0, "investigate.event_export.tasks.export_events"),
        "reviews-overdue": _every(300.0, "investigate.reviews.tasks.tell_overdue"),
        "weekly-report": _every(300.0, "dashboard.weekly_report.tasks.send_due"),
        "reporters-answer": _every(10.0 if embedded else 60.0, "investigate.reporter_answers.tasks.answer_reporters"),
        "retention": _every(300.0, "dashboard.retention.tasks.delete_old_rows"),
        "audit-keep": _every(10.0, "dashboard.audit.tasks.keep_chain"),
        "digests-keep": _every(10.0 if embedded else 60.0, "investigate.digests.tasks.keep_digests"),
        "requests-keep": _every(10.0, "investigate.release_requests.tasks.keep_requests"),
        "campaigns-keep": _every(20.0, "investigate.campaigns.tasks.keep_campaigns"),
        "overview-keep": _every(15.0, "dashboard.overview.tasks.keep_rollups"),
    }
    if embedded:
        schedule |= {
            "gateway-deliver-queued": _every(10.0, "gateway.delivery.tasks.deliver_queued"),
            "gateway-bulk-recover": _every(often, "gateway.bulk.tasks.recover_bulk_jobs"),
            "selfcheck": _every(60.0, "dashboard.selfcheck.tasks.check_mail"),
            "api-writes-count": _every(10.0, "dashboard.api_writes.tasks.count_waiting"),
            "gateway-review-submissions": _every(10.0, "gateway.submissions.tasks.review_waiting"),
            "gateway-read-unread": _every(30.0, "gateway.rejudging.tasks.read_unread"),
            "gateway-learn": _every(60.0, "gateway.teaching.tasks.learn"),
            "gateway-scan-again": _every(20.0, "gateway.rejudging.tasks.scan_again"),
            "gateway-domains": _every(60.0, "gateway.domain_checks.tasks.look_up_domains"),
            "gateway-retention": _every(300.0, "gateway.retention.tasks.delete_old_mail"),
            "gateway-phishguard": _every(60.0, "gateway.phishguard.tasks.look_for_campaigns"),
        }
    return schedule


def _every(seconds: float, task: str) -> dict[str, Any]:
    # A task that waited this long in the queue is dropped, since the next one does the same work.
    return {"task": task, "schedule": seconds, "options": {"expires": max(60.0, seconds)}}
