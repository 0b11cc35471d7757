"""One step of a worker on a run: claim it, then plan, apply or undo for a while, and schedule the next step."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from api_client import ApiError, Client, ConnectionFailed, RateLimited, ServerError, TimedOut
from api_client.errors import OutcomeUnknown
from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import record
from dashboard.backend import api_client_for_background, backend_account_id, backend_fingerprint
from settings_admin.files.reading import BadFile
from settings_admin.history.selectors import KIND_BY_RESOURCE
from settings_admin.runs.applying import Applying
from settings_admin.runs.claiming import ClaimLost, claim, release_claim, renew_lease
from settings_admin.runs.models import LineOp, LineState, Run, RunLine, RunState
from settings_admin.runs.planning import plan
from settings_admin.runs.selectors import run_tally
from settings_admin.runs.undoing import Undoing

HOLDUPS_AT_MOST = 15
LONGEST_PAUSE = 60.0
_PASSING = (ConnectionFailed, TimedOut, ServerError, OutcomeUnknown)


def run_step(run_id: UUID) -> float | None:
    """Work on a run for a while. Return the seconds to wait before the next step, or None if there is none."""
    run = claim(run_id)
    if run is None:
        return None
    if (run.account_id, run.backend) != (backend_account_id(), backend_fingerprint()):
        _end(run, RunState.FAILED, error="The console speaks to another backend than the run was made on.")
        return None
    try:
        return _step(run, api_client_for_background())
    except ClaimLost:
        return None
    except RateLimited as error:
        return _pause(run, error.retry_after or 30.0, counted=False, error=error)
    except _PASSING as error:
        return _pause(run, min(LONGEST_PAUSE, 2.0**run.holdups), counted=True, error=error)
    except ApiError as error:
        _stop(run, error.reason)
        return None


def _step(run: Run, client: Client) -> float | None:
    if run.state == RunState.PLANNING:
        _plan(run, client)
        return None
    if run.state == RunState.UNDOING:
        undoing = Undoing(run, client)
        if not run.is_checked:
            undoing.check()
            _mark_checked(run)
        if not undoing.undo():
            return _for_now(run)
        _after_undoing(run)
        return None
    applying = Applying(run, client)
    if not run.is_checked:
        applying.check()
        _mark_checked(run)
    return _after_applying(run) if applying.apply() else _for_now(run)


def _for_now(run: Run) -> float:
    release_claim(run)
    return 0.0


def _plan(run: Run, client: Client) -> None:
    try:
        plan(run, client)
    except BadFile as error:
        _end(run, RunState.FAILED, error=str(error))
        return
    with transaction.atomic():
        renew_lease(run)
        Run.objects.filter(pk=run.pk).update(
            state=RunState.PLANNED, source="", claimed_by="", lease_until=None, holdups=0, error=""
        )


def _mark_checked(run: Run) -> None:
    with transaction.atomic():
        renew_lease(run)
        Run.objects.filter(pk=run.pk).update(is_checked=True, holdups=0, error="")
    run.is_checked = True


def _after_applying(run: Run) -> float | None:
    lines = RunLine.objects.filter(run=run)
    failed = lines.filter(state=LineState.FAILED).exclude(op=LineOp.REFUSE)
    if not (run.is_whole and failed.exists()):
        _end(run, RunState.DONE)
        return None
    first = failed.order_by("number").first()
    reason = f"Line {first.number} was refused: {first.reason}" if first else "A line was refused."
    if not lines.filter(state=LineState.DONE).exists():
        _end(run, RunState.FAILED, error=f"{reason} Nothing was written.")
        return None
    with transaction.atomic():
        renew_lease(run)
        Run.objects.filter(pk=run.pk).update(
            state=RunState.UNDOING,
            error=f"{reason} What had been written is undone.",
            is_checked=True,
            claimed_by="",
            lease_until=None,
        )
    return 0.0


def _after_undoing(run: Run) -> None:
    stuck = RunLine.objects.filter(run=run, state=LineState.STUCK).count()
    error = f"{run.error} {stuck:,} could not be undone: see the lines." if stuck else run.error
    _end(run, RunState.FAILED if stuck else RunState.UNDONE, error=error.strip())


def _stop(run: Run, reason: str) -> None:
    """End a run as failed because the API refuses it as a whole, for example if the token is read-only."""
    lines = RunLine.objects.filter(run=run)
    done = lines.filter(state=LineState.DONE).count()
    sent = lines.filter(state=LineState.SENT).count()
    told = f"{done:,} lines had been written before." if done else "Nothing was written."
    if sent:
        told += f" Of {sent:,} more it is unknown."
    _end(run, RunState.FAILED, error=f"{reason} {told}")


def _pause(run: Run, seconds: float, *, counted: bool, error: ApiError) -> float | None:
    if counted and run.holdups + 1 >= HOLDUPS_AT_MOST:
        _stop(run, f"The API could not be reached {HOLDUPS_AT_MOST} times: {error.reason}")
        return None
    Run.objects.filter(pk=run.pk, claimed_by=run.claimed_by).update(
        not_before=timezone.now() + timedelta(seconds=seconds),
        holdups=run.holdups + counted,
        is_checked=run.is_checked and not error.outcome_unknown,
        error=error.reason[:1000] if run.state != RunState.UNDOING else run.error,
        claimed_by="",
        lease_until=None,
    )
    return seconds


def _end(run: Run, state: RunState, *, error: str = "") -> None:
    """End a run and record its outcome in the audit trail, in one transaction."""
    with transaction.atomic():
        renew_lease(run)
        Run.objects.filter(pk=run.pk).update(
            state=state, error=error, source="", claimed_by="", lease_until=None, finished_at=timezone.now()
        )
        tally = run_tally(run)
        record(
            actor=Actor(run.created_by_id, run.created_by_name, run.created_by_role, None),
            action=AuditAction.POLICY_RUN_FINISH,
            object_kind=KIND_BY_RESOURCE[run.kind].noun,
            object_id=str(run.pk),
            outcome=Outcome.DONE if state in {RunState.DONE, RunState.UNDONE} else Outcome.FAILED,
            detail={"state": state.value, **tally.counts, **({"error": error} if error else {})},
        )
