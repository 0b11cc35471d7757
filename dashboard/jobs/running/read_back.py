"""Reads back items whose outcome is unknown: reads the message first, then settles the item or repeats the write."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from api_client import ApiError, Client, NotFound
from api_client.models import Message
from dashboard.jobs.action_log import clock_slack, log_of
from dashboard.jobs.actions import Action, ReadBack, ReadBackResult, folder_of
from dashboard.jobs.models import Job, JobItem, JobOutcome
from dashboard.jobs.pauses import Pause, pause_of
from dashboard.jobs.running.claim import ATTEMPTS_AT_MOST, Claim, release_unknown
from dashboard.jobs.running.settle import ItemResult, ItemResults, settle
from dashboard.jobs.states import ItemState, JobAction

CHECKS_AT_MOST = 10
SETTLE_EVERY = 20
LONGEST_WAIT = 60.0


def read_back_claim(client: Client, job: Job, action: Action, claim: Claim) -> Pause | None:
    """Read back each claimed item, and settle it or queue it again. Return a Pause if a call to the API fails."""
    settlement = ItemResults()
    for number, item in enumerate(claim.items):
        try:
            verdict, outcomes = _read_back_item(client, job, action, item)
        except ApiError as error:
            settle(claim, settlement)
            release_unknown(claim)
            return replace(pause_of(error) or Pause(0.0, error.reason), after_work=number > 0)
        settlement.put(item, verdict, outcomes)
        if len(settlement.verdicts) >= SETTLE_EVERY:
            settle(claim, settlement)
            settlement = ItemResults()
    settle(claim, settlement)
    return None


def _read_back_item(client: Client, job: Job, action: Action, item: JobItem) -> tuple[ItemResult, list[JobOutcome]]:
    try:
        message = client.investigate.get(item.investigate_id)
    except NotFound as error:
        return ItemResult(ItemState.FAILED, error_code="404", error=f"The message is not there any more: {error}"), []
    now = ReadBack(job=job, item=item, message=message, log=log_of(client, message), slack=clock_slack())
    shown = action.shown(now)
    if shown is ReadBackResult.DONE:
        return ItemResult(ItemState.DONE, proof=action.proof(now)), _read_back(job, action, item, message)
    if shown is ReadBackResult.FAILED:
        return ItemResult(
            ItemState.FAILED, error_code="failed", error="The message's action log shows that it failed."
        ), []
    if shown is ReadBackResult.UNDERWAY:
        return _underway(item), []
    return _not_done(action, item, now), []


def _underway(item: JobItem) -> ItemResult:
    if settings.GATEWAY_EMBEDDED and item.attempts < 2:
        # Our gateway delivers each copy only once, so a second request only completes what was interrupted.
        return ItemResult(ItemState.PENDING, starts_over=True)
    if item.checks + 1 >= CHECKS_AT_MOST:
        return _needs_person("It was accepted, and its copies still wait to be delivered.")
    wait = timedelta(seconds=min(LONGEST_WAIT, 2.0**item.checks))
    return ItemResult(
        ItemState.UNKNOWN,
        error_code="underway",
        error="Accepted; the copies wait to be delivered.",
        check_after=timezone.now() + wait,
        counts_as_check=True,
    )


def _not_done(action: Action, item: JobItem, now: ReadBack) -> ItemResult:
    if not (settings.GATEWAY_EMBEDDED or action.repeats_anywhere):
        return _needs_person(
            "The answer was lost, and the message does not show it."
            f" {JobAction(now.job.action).label} may not be repeated by itself here, because it could happen twice:"
            " look at the message, then decide."
        )
    if item.attempts < ATTEMPTS_AT_MOST:
        return ItemResult(ItemState.PENDING, starts_over=True)
    if now.log is None:
        return _needs_person(f"It was sent {item.attempts} times, and this backend does not show what came of it.")
    return ItemResult(
        ItemState.FAILED,
        error_code="never_shown",
        error=f"It was sent {item.attempts} times, and the message's action log never showed it. {item.error}".strip(),
    )


def _needs_person(reason: str) -> ItemResult:
    return ItemResult(ItemState.UNKNOWN, error_code="needs_person", error=reason)


def _read_back(job: Job, action: Action, item: JobItem, message: Message) -> list[JobOutcome]:
    recipients = message.client_recipients if action.per_recipient else [""]
    if job.recipient:
        recipients = [job.recipient]
    return [
        JobOutcome(
            item_id=item.pk,
            recipient=recipient[:320],
            success=True,
            status="read back",
            destination=folder_of(job, item),
        )
        for recipient in dict.fromkeys(recipients)
    ]
