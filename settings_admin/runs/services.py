"""Start, apply, drop and undo runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import record
from dashboard.backend import backend_account_id, backend_fingerprint
from settings_admin.history.selectors import KIND_BY_RESOURCE
from settings_admin.kinds import Kind
from settings_admin.runs.models import LineState, Run, RunAction, RunLine, RunState
from settings_admin.runs.selectors import run_tally
from settings_admin.runs.tasks import enqueue


class NotNow(Exception):
    """Raised if the run's state does not allow the action. The message gives the reason."""


@transaction.atomic
def import_begin(*, kind: Kind, text: str, file_name: str, actor: Actor) -> Run:
    """Store a file and have the worker plan its changes. Nothing is written at the API."""
    run = _begin(kind, RunAction.IMPORT, actor, source=text, file_name=file_name[:200])
    transaction.on_commit(partial(enqueue, run.pk))
    return run


@transaction.atomic
def deletion_begin(*, kind: Kind, ids: Sequence[str], filters: Mapping[str, Any], actor: Actor) -> Run:
    """Have the worker plan a deletion: of the entries with these ids, or of all that match the filters."""
    run = _begin(kind, RunAction.DELETE, actor, ids=list(ids), filters={} if ids else dict(filters))
    transaction.on_commit(partial(enqueue, run.pk))
    return run


def _begin(kind: Kind, action: RunAction, actor: Actor, **fields: Any) -> Run:
    return Run.objects.create(
        kind=kind.resource,
        action=action,
        account_id=backend_account_id(),
        backend=backend_fingerprint(),
        created_by_id=actor.user_id,
        created_by_name=actor.username,
        created_by_role=actor.role,
        **fields,
    )


@transaction.atomic
def run_apply(*, run: Run, is_whole: bool, why: str, actor: Actor) -> None:
    """Have the worker apply a plan.

    Raise NotNow if nothing would be written, the run is not planned, or `is_whole` is set and a line was refused.
    """
    tally = run_tally(run)
    if is_whole and tally.refused:
        raise NotNow(f"{tally.refused:,} lines are refused, so all or nothing is nothing. Mend them, or take the rest.")
    if not tally.writing:
        raise NotNow("There is nothing to write.")
    if not Run.objects.filter(pk=run.pk, state=RunState.PLANNED).update(
        state=RunState.RUNNING, is_whole=is_whole, why=why, started_at=timezone.now(), is_checked=False
    ):
        raise NotNow("It has been started or dropped already.")
    detail = {"action": run.action, "all or nothing": is_whole, **tally.counts}
    _audit(run, actor, detail | ({"why": why} if why else {}))
    transaction.on_commit(partial(enqueue, run.pk))


@transaction.atomic
def run_drop(*, run: Run, actor: Actor) -> None:
    """Drop a plan. Raise NotNow if the run was started, since it then is all or nothing or done soon."""
    if not Run.objects.filter(pk=run.pk, state__in=[RunState.PLANNING, RunState.PLANNED]).update(
        state=RunState.CANCELLED, source="", finished_at=timezone.now()
    ):
        raise NotNow("It has been started already.")
    _audit(run, actor, {"action": "drop"})


@transaction.atomic
def run_undo(*, run: Run, actor: Actor) -> None:
    """Have the worker undo a finished run from the before-images. Raise NotNow if there is nothing to undo."""
    done = RunLine.objects.filter(run=run, state=LineState.DONE).exists()
    if not done or not Run.objects.filter(pk=run.pk, state__in=[RunState.DONE, RunState.FAILED]).update(
        state=RunState.UNDOING, is_checked=False, finished_at=None, error="", holdups=0
    ):
        raise NotNow("There is nothing to undo.")
    _audit(run, actor, {"action": "undo"})
    transaction.on_commit(partial(enqueue, run.pk))


def _audit(run: Run, actor: Actor, detail: Mapping[str, Any]) -> None:
    record(
        actor=actor,
        action=AuditAction.POLICY_RUN,
        object_kind=KIND_BY_RESOURCE[run.kind].noun,
        object_id=str(run.pk),
        outcome=Outcome.DONE,
        detail=detail,
    )
