"""Replays an automation on the last 30 days, with the same finder that it lives by. It writes only its own rows."""

from __future__ import annotations

import logging
import time
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from api_client import ApiError
from dashboard.backend import api_client_for_background, backend_account_id, backend_fingerprint
from investigate.automations.acting import note_what_would_be_done
from investigate.automations.condition import ConditionInvalid
from investigate.automations.events.found import Search
from investigate.automations.events.registry import FINDERS
from investigate.automations.models import Automation, Firing, Replay
from investigate.automations.states import Run

logger = logging.getLogger(__name__)
DAYS = 30
KEPT_AT_MOST = 10_000
SLICE_SECONDS = 5.0
FAILURES_AT_MOST = 10


def replay_start(automation: Automation) -> Replay:
    """Replay anew, in place of an earlier replay. Call it in a transaction."""
    now = timezone.now()
    since = now - timedelta(days=DAYS)
    Replay.objects.filter(automation=automation).delete()
    Firing.objects.filter(automation=automation, run=Run.REPLAY).delete()
    return Replay.objects.create(
        automation=automation, since=since, until=now, cursor=FINDERS[automation.event].start(since)
    )


def replays_run() -> None:
    """Go on with each replay for one slice of time. The cursor is saved with the rows that it is behind."""
    rows = Replay.objects.filter(
        state__in=["queued", "running"],
        automation__account_id=backend_account_id(),
        automation__backend=backend_fingerprint(),
    ).exclude(not_before__gt=timezone.now())
    for replay in rows.select_related("automation"):
        try:
            _go_on(replay)
        except (ApiError, ConditionInvalid) as error:
            _pause(replay, str(error))
        except Exception as error:
            logger.exception("replay %s failed", replay.pk)
            _pause(replay, f"{type(error).__name__} while it was worked on; the log tells more.")


def _go_on(replay: Replay) -> None:
    automation, ends = replay.automation, time.monotonic() + SLICE_SECONDS
    client, finder = api_client_for_background(), FINDERS[automation.event]
    while time.monotonic() < ends:
        search = Search.of(automation, client, since=replay.since, until=replay.until, run=Run.REPLAY)
        found = finder.step(search, replay.cursor)
        with transaction.atomic():
            current = Replay.objects.select_for_update().filter(pk=replay.pk, cursor=replay.cursor).first()
            if current is None:
                return  # It was started anew, or another worker went on with it.
            note_what_would_be_done(automation, found.sets, run=Run.REPLAY)
            kept = Firing.objects.filter(automation=automation, run=Run.REPLAY).count()
            current.cursor, current.state, current.failures, current.error = found.cursor, "running", 0, ""
            current.undecided += found.undecided
            current.is_capped = kept >= KEPT_AT_MOST
            if found.is_end or current.is_capped:
                current.state, current.finished_at = "done", timezone.now()
            current.save()
        replay = current
        if not replay.is_active:
            return


def _pause(replay: Replay, why: str) -> None:
    failures = replay.failures + 1
    Replay.objects.filter(pk=replay.pk).update(
        error=why[:1000],
        failures=failures,
        not_before=timezone.now() + timedelta(seconds=10 * failures),
        state="failed" if failures >= FAILURES_AT_MOST else "running",
    )
