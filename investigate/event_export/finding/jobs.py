"""Finds what this console's jobs did, from their own rows: no call of the API is needed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from dashboard.jobs.models import Job, JobItem, JobOutcome
from dashboard.jobs.states import ItemState, JobAction
from investigate.event_export.feed import NewEvent, mine
from investigate.event_export.finding.mail import alert_ids_of, mail_in
from investigate.event_export.finding.place import Look, Step
from investigate.event_export.formats.alerts import disposition_of
from investigate.event_export.formats.post_delivery import Action, Mail, Operation, post_delivery_fields
from investigate.event_export.states import Kind

ITEMS_AT_ONCE = 200
SETTLED = timedelta(seconds=20)
"""Jobs that ended later than this ago wait: one that ended before may not be committed yet."""

OPERATIONS = {
    JobAction.MOVE: Operation.MOVE,
    JobAction.RELEASE: Operation.QUARANTINE_RELEASE,
    JobAction.RECLASSIFY: Operation.SUBMISSION,
}


def step(look: Look, cursor: dict[str, Any]) -> Step:
    """Return what the next items of an ended job did.

    A retried job is read again when it has ended anew; what it did before is known.
    """
    at = datetime.fromisoformat(cursor.get("at") or look.since.isoformat())
    job = _job(look, cursor, at)
    if job is None or job.finished_at is None:
        return Step({"at": at.isoformat(), "done": cursor.get("done", "")}, read_until=look.now - SETTLED)
    after = cursor.get("item", 0) if cursor.get("job") == str(job.pk) else 0
    told = JobItem.objects.filter(job=job, state__in=[ItemState.DONE, ItemState.FAILED], id__gt=after).order_by("id")
    items = list(told.prefetch_related("outcomes")[:ITEMS_AT_ONCE])
    alert_ids = alert_ids_of([item.investigate_id for item in items])
    events = [event for item in items for event in _events(job, item, mail_in(item.seen, alert_ids))]
    if len(items) == ITEMS_AT_ONCE:
        following = {"at": at.isoformat(), "done": cursor.get("done", ""), "job": str(job.pk), "item": items[-1].pk}
    else:
        following = {"at": job.finished_at.isoformat(), "done": str(job.pk)}
    return Step(following, events, is_end=False)


def _job(look: Look, cursor: dict[str, Any], at: datetime) -> Job | None:
    """Return the job that was being read, else the next that ended."""
    ended = Job.objects.filter(**mine(), finished_at__lte=look.now - SETTLED)
    if cursor.get("job") and (job := ended.filter(pk=cursor["job"]).first()):
        return job
    done = cursor.get("done")
    later = Q(finished_at__gt=at) | (Q(finished_at=at, pk__gt=done) if done else Q(finished_at=at))
    return ended.filter(later).order_by("finished_at", "pk").first()


def _events(job: Job, item: JobItem, mail: Mail) -> list[NewEvent]:
    """Return an event for each recipient of the item's message."""
    operation = OPERATIONS[JobAction(job.action)]
    if operation == Operation.SUBMISSION and item.state == ItemState.DONE:
        return []  # The API lists the submission, and it is found there.
    outcomes = {outcome.recipient: outcome for outcome in item.outcomes.all()}
    recipients = [name for name in outcomes if name] or item.seen.recipients or [""]
    return [
        NewEvent(
            Kind.POST_DELIVERY,
            ("job", item.pk, item.state, recipient),
            at=item.settled_at,
            fields=post_delivery_fields(
                mail, _action(job, item, operation, recipient, outcomes.get(recipient) or outcomes.get(""))
            ),
            message_id=item.investigate_id,
            disposition=disposition_of(mail.disposition) if mail.disposition else "",
        )
        for recipient in recipients
    ]


def _action(job: Job, item: JobItem, operation: Operation, recipient: str, outcome: JobOutcome | None) -> Action:
    destination = item.destination or job.destination
    success = outcome.success if outcome else item.state == ItemState.DONE
    status = (outcome.status if outcome else "") or item.error_code
    return Action(
        operation=operation,
        recipient=recipient,
        requested_at=job.created_at,
        completed_at=item.settled_at,
        requested_by=(job.created_by.email if job.created_by else "") or job.created_by_name,
        requested_disposition=job.disposition,
        destination=destination,
        folder=(outcome.destination if outcome else "") or destination,
        status=status or ("OK" if success else ""),
        success=success,
    )
