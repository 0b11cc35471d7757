"""Celery task of automations. It takes no argument, and is safe to run twice."""

from __future__ import annotations

from celery import shared_task

from investigate.automations.replaying import replays_run
from investigate.automations.running import automations_run
from investigate.automations.shipped import shipped_ensure


@shared_task(name="investigate.automations.tasks.run_automations", acks_late=True, reject_on_worker_lost=True)
def run_automations() -> None:
    """Run what is live and due, then go on with replays."""
    shipped_ensure()
    automations_run()
    replays_run()
