"""Base class for applying and undoing a run: queries for its lines, and rows for the change history."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from api_client import Client, NotFound
from api_client.errors import BadRequest, Conflict, StatusError
from dashboard.audit.actions import Outcome
from settings_admin.entries.api import BATCH_AT_MOST, Policies
from settings_admin.entries.services import refusals_of
from settings_admin.history.models import Change, ChangeAction
from settings_admin.history.selectors import KIND_BY_RESOURCE
from settings_admin.kinds import Batch, Kind
from settings_admin.runs.models import LineOp, LineState, Run, RunLine

SLICE_SECONDS = 30.0
"""Longest time that a worker spends on one run before it releases it for others."""

REFUSALS = (BadRequest, Conflict, NotFound)
WRITES = (LineOp.ADD, LineOp.CHANGE, LineOp.DELETE)


class RunStep:
    """Base class of Applying and Undoing."""

    def __init__(self, run: Run, client: Client) -> None:
        self.run = run
        self.kind: Kind = KIND_BY_RESOURCE[run.kind]
        self.policies = Policies(self.kind, client)

    def _lines(self, *states: LineState) -> Any:
        return RunLine.objects.filter(run=self.run, state__in=states).order_by("number")

    def _slices(self, *states: LineState) -> Iterator[list[RunLine]]:
        last = -1
        while lines := list(self._lines(*states).filter(op__in=WRITES, number__gt=last)[:BATCH_AT_MOST]):
            last = lines[-1].number
            yield lines

    def _chunk(self) -> int:
        return 1 if self.kind.batch is Batch.NONE else BATCH_AT_MOST

    def _change(self, line: RunLine, action: ChangeAction, before: Any, after: Any, *, why: str = "") -> Change:
        run = self.run
        return Change(
            user_id=run.created_by_id,
            username=run.created_by_name,
            role=run.created_by_role,
            account_id=run.account_id,
            backend=run.backend,
            kind=run.kind,
            entry_id=line.entry_id,
            name=line.name,
            action=action,
            before=before,
            after=after,
            why=why or run.why,
            outcome=Outcome.DONE,
            run=run,
        )


def said(error: StatusError, kind: Kind) -> str:
    """Return all messages of an API error as one text."""
    return " ".join(text for _name, text in refusals_of(error, kind))
