"""Runs automations and replays: the worker claims one, looks for its event in steps, and acts on what it found."""

from __future__ import annotations

import logging
import time
import uuid
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from api_client import ApiError
from api_client.errors import RateLimited
from dashboard.backend import api_client_for_background, backend_account_id, backend_fingerprint
from dashboard.leases import lease_end
from investigate.automations.acting import act_on
from investigate.automations.calls import send_planned
from investigate.automations.condition import ConditionInvalid
from investigate.automations.events.found import Search
from investigate.automations.events.registry import FINDERS
from investigate.automations.models import Automation
from investigate.automations.states import RULES, Mode, Run

logger = logging.getLogger(__name__)
SLICE_SECONDS = 5.0
PAUSE = timedelta(seconds=30)


def automations_run() -> None:
    """Run every live automation that is due for one slice of time. What fails in one does not keep the others."""
    for pk in _due().order_by("looked_at").values_list("pk", flat=True):
        automation_run(pk)


def automation_run(pk: int) -> None:
    """Claim an automation, and look for its event for one slice of time.

    The cursor is written after the messages before it were acted on. So if the process dies, they are found again, and
    left alone since each has its firing.
    """
    token = uuid.uuid4().hex
    if not _due().filter(pk=pk).update(claimed_by=token, lease_until=lease_end()):
        return
    automation = Automation.objects.select_related("owner").get(pk=pk)
    held = Automation.objects.filter(pk=pk, claimed_by=token)
    changes: dict[str, Any] = {"error": "", "not_before": None}
    try:
        _look(automation, held)
    except ApiError as error:
        wait = error.retry_after if isinstance(error, RateLimited) else None
        pause = timedelta(seconds=wait) if wait else PAUSE
        changes = {"error": error.reason[:1000], "not_before": timezone.now() + pause}
    except ConditionInvalid as error:
        changes = {"error": f"The query can't be carried out: {error}"[:1000], "not_before": timezone.now() + PAUSE}
    except Exception as error:
        logger.exception("automation %s failed", pk)
        changes = {
            "error": f"{type(error).__name__} while it was worked on; the log tells more.",
            "not_before": timezone.now() + PAUSE,
        }
    held.update(claimed_by="", lease_until=None, **changes)


def _due() -> Any:
    now = timezone.now()
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    waited = Q(not_before=None) | Q(not_before__lte=now)
    return Automation.objects.filter(
        free, waited, mode__in=[Mode.WATCH, Mode.ON], account_id=backend_account_id(), backend=backend_fingerprint()
    )


def _look(automation: Automation, held: Any) -> None:
    client, mode = api_client_for_background(), Mode(automation.mode)
    calls = mode == Mode.ON and RULES[automation.act].calls_api
    if calls and not send_planned(automation, client):
        return
    run = Run.REAL if mode == Mode.ON else Run.WATCH
    cursor, undecided, ends = automation.cursor, 0, time.monotonic() + SLICE_SECONDS
    while True:
        search = Search.of(automation, client, since=automation.since, until=timezone.now(), run=run)
        found = FINDERS[automation.event].step(search, cursor)
        if not act_on(automation.pk, found.sets, mode=mode):
            return
        cursor, undecided = found.cursor, undecided + found.undecided
        kept = held.filter(mode=mode).update(
            cursor=cursor, lease_until=lease_end(), looked_at=timezone.now(), undecided=undecided
        )
        if not kept:
            return
        if calls and not send_planned(automation, client):
            return
        if found.is_end or time.monotonic() >= ends:
            return
