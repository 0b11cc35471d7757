"""Runs self-checks and keeps what came of them."""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from api_client import ApiError
from dashboard.backend import api_client_for_background
from dashboard.selfcheck.models import SelfCheck
from dashboard.selfcheck.steps import SECONDS, STEPS, StepFailed, Way

logger = logging.getLogger(__name__)
KEPT = 500


def self_check_run_due() -> SelfCheck | None:
    """Run a check if one is due, and return it. Safe to run twice: one worker alone gets the interval's row."""
    minutes = settings.GATEHOUSE_SELFCHECK_MINUTES
    if not minutes or not settings.GATEHOUSE_SELFCHECK_ADDRESS or not settings.GATEWAY_EMBEDDED:
        return None
    slot = int(time.time() // (minutes * 60))
    row, is_new = SelfCheck.objects.get_or_create(slot=slot, defaults={"started_at": timezone.now()})
    return _run(row, settings.GATEHOUSE_SELFCHECK_ADDRESS, SECONDS) if is_new else None


def self_check_run(address: str, *, seconds: float = SECONDS) -> SelfCheck:
    """Run a check with a mail to `address` now, and return what came of it."""
    return _run(SelfCheck.objects.create(started_at=timezone.now()), address, seconds)


def _run(row: SelfCheck, address: str, seconds: float) -> SelfCheck:
    way = Way(api_client_for_background(), address, seconds=seconds)
    for name, step in STEPS.items():
        began = time.monotonic()
        try:
            step(way)
        except (StepFailed, ApiError) as error:
            row.failed_step, row.reason = name, str(error)[:300]
            logger.error("the self-check failed at %s: %s", name, row.reason)
            break
        row.steps[name] = round(time.monotonic() - began, 3)
    row.ended_at = timezone.now()
    row.save()
    oldest = SelfCheck.objects.order_by("-started_at").values_list("started_at", flat=True)[KEPT : KEPT + 1].first()
    if oldest is not None:
        SelfCheck.objects.filter(started_at__lte=oldest).delete()
    return row


def self_check_state(now: datetime | None = None) -> str:
    """Return how mail gets through, for /healthz: `ok`, `off: …` or `missing: …`."""
    minutes = settings.GATEHOUSE_SELFCHECK_MINUTES
    if not minutes or not settings.GATEHOUSE_SELFCHECK_ADDRESS:
        return "off: no self-check is scheduled"
    newest = SelfCheck.objects.filter(ended_at__isnull=False).order_by("-started_at").first()
    if newest is None:
        return "off: no self-check has ended yet"
    if newest.failed_step:
        return f"missing: {newest.failed_step} failed in the newest self-check"
    if newest.started_at < (now or timezone.now()) - timedelta(minutes=3 * minutes):
        return "missing: the newest self-check is too old"
    return "ok"
