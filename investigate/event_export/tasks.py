"""Celery task of events that leave. It takes no argument, and is safe to run twice."""

from __future__ import annotations

from celery import shared_task

from investigate.event_export.finding.running import events_find
from investigate.event_export.handing import events_hand_over


@shared_task(name="investigate.event_export.tasks.export_events", acks_late=True, reject_on_worker_lost=True)
def export_events() -> None:
    """Find what happened, and hand it over to the outbox."""
    events_hand_over()
    events_find()
    events_hand_over()
