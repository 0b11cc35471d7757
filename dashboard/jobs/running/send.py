"""Sends a claimed chunk of items, and decides what each kind of failure means for them."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from api_client import ApiError, Client, StatusError
from dashboard.jobs.actions import Action
from dashboard.jobs.answers import Answers
from dashboard.jobs.models import Job, JobItem
from dashboard.jobs.pauses import Pause, pause_of
from dashboard.jobs.running.claim import Claim, mark_sent, release_unsent, undo_mark_sent
from dashboard.jobs.running.settle import ItemResult, ItemResults, item_result_of, settle
from dashboard.jobs.states import ACTIVE_JOBS, ItemState


def send_claim(client: Client, job: Job, action: Action, claim: Claim) -> Pause | None:
    """Send the claimed items, and split a part that the API refuses. Return a Pause if the job has to pause.

    Each part is marked as sent in a statement of its own before its call. No transaction is open during the call. If a
    claim takes several calls, a job that was paused or cancelled meanwhile stops between two of them.
    """
    size = action.at_most
    parts = deque(claim.items[start : start + size] for start in range(0, len(claim.items), size))
    several = len(parts) > 1
    while parts:
        if several and not Job.objects.filter(pk=job.pk, state__in=ACTIVE_JOBS).exists():
            release_unsent(claim)
            return None
        sent = mark_sent(claim, parts.popleft())
        if not sent:
            continue
        try:
            answers = action.send(client, job, sent)
        except ApiError as error:
            holdup = pause_of(error)
            if holdup is not None:
                undo_mark_sent(claim, sent, state=ItemState.PENDING)
                release_unsent(claim)
                return holdup
            parts.extendleft(reversed(_failed(claim, sent, error)))
        else:
            settle(claim, _settlement(answers))
    return None


def _failed(claim: Claim, sent: Sequence[JobItem], error: ApiError) -> list[list[JobItem]]:
    """Handle a part whose call failed. Return the smaller parts to send instead."""
    if not error.outcome_unknown and len(sent) > 1:
        undo_mark_sent(claim, sent, state=ItemState.CLAIMED)
        middle = len(sent) // 2
        return [list(sent[:middle]), list(sent[middle:])]
    settlement = ItemResults()
    for item in sent:
        if error.outcome_unknown:
            verdict = unknown(f"The answer did not come through: {error.reason}")
        else:
            code = str(error.status) if isinstance(error, StatusError) else "refused"
            verdict = ItemResult(ItemState.FAILED, error_code=code, error=error.reason)
        settlement.put(item, verdict)
    settle(claim, settlement)
    return []


def _settlement(answers: Answers) -> ItemResults:
    settlement = ItemResults()
    missing = unknown("The API's answer does not mention this message.")
    for item in answers.items:
        outcomes = list(answers.outcomes.get(item.pk, {}).values())
        waiting = answers.waiting.get(item.pk)
        if waiting:
            underway = unknown(f"Accepted and not there yet: {', '.join(waiting[:5])}")
            settlement.put(item, replace(underway, accepted=True), outcomes)
        elif outcomes:
            settlement.put(item, item_result_of(outcomes), outcomes)
        else:
            settlement.put(item, missing)
    return settlement


def unknown(reason: str) -> ItemResult:
    """Return the verdict for an item that the API may have acted on. The item will be read back."""
    return ItemResult(ItemState.UNKNOWN, error_code="unknown", error=reason, check_after=read_back_from())


def read_back_from() -> datetime:
    """Return the time from which a write with an unknown outcome is read back.

    Our own gateway shows its changes at once. Any other backend gets a minute.
    """
    return timezone.now() + timedelta(seconds=1 if settings.GATEWAY_EMBEDDED else 60)
