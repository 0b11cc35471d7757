"""Queries for runs and their lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from dashboard.backend import backend_account_id, backend_fingerprint
from settings_admin.runs.models import LineOp, LineState, Run, RunLine

PER_PAGE = 100
_RUNS_AT_MOST = 50


@dataclass(frozen=True, slots=True)
class Tally:
    """Numbers of a run's lines by (operation, state)."""

    by: dict[tuple[str, str], int]

    def of(self, *ops: str) -> int:
        """Return the number of lines with one of these operations."""
        return sum(count for (op, _state), count in self.by.items() if op in ops)

    def at(self, *states: str) -> int:
        """Return the number of lines that change something and are in one of these states."""
        return sum(
            count
            for (op, state), count in self.by.items()
            if state in states and op not in {LineOp.REFUSE, LineOp.LEAVE}
        )

    @property
    def added(self) -> int:
        """Lines that add."""
        return self.of(LineOp.ADD)

    @property
    def changed(self) -> int:
        """Lines that change."""
        return self.of(LineOp.CHANGE)

    @property
    def deleted(self) -> int:
        """Lines that delete."""
        return self.of(LineOp.DELETE)

    @property
    def left(self) -> int:
        """Lines that change nothing."""
        return self.of(LineOp.LEAVE)

    @property
    def refused(self) -> int:
        """Lines that the plan refused."""
        return self.of(LineOp.REFUSE)

    @property
    def writing(self) -> int:
        """Lines that write something."""
        return self.of(LineOp.ADD, LineOp.CHANGE, LineOp.DELETE)

    @property
    def done(self) -> int:
        """Lines that were written."""
        return self.at(LineState.DONE)

    @property
    def failed(self) -> int:
        """Lines that the API refused, or whose entry somebody else changed."""
        return self.at(LineState.FAILED)

    @property
    def undone(self) -> int:
        """Lines that were undone."""
        return self.at(LineState.UNDONE)

    @property
    def stuck(self) -> int:
        """Lines that could not be undone."""
        return self.at(LineState.STUCK)

    @property
    def settled(self) -> int:
        """Lines whose outcome is known."""
        return self.at(LineState.DONE, LineState.FAILED, LineState.UNDONE, LineState.STUCK)

    @property
    def counts(self) -> dict[str, int]:
        """All counts that are not zero, by name."""
        names = ("added", "changed", "deleted", "left", "refused", "done", "failed", "undone", "stuck")
        return {name: getattr(self, name) for name in names if getattr(self, name)}


def run_tally(run: Run) -> Tally:
    """Count a run's lines."""
    rows = RunLine.objects.filter(run=run).order_by().values_list("op", "state").annotate(count=Count("id"))
    return Tally({(op, state): count for op, state, count in rows})


def runs_of_backend() -> Any:
    """Return the runs made on the backend that the console is connected to."""
    return Run.objects.filter(account_id=backend_account_id(), backend=backend_fingerprint())


def run_list() -> list[Run]:
    """Return the newest runs."""
    return list(runs_of_backend().defer("source").order_by("-created_at")[:_RUNS_AT_MOST])


SHOWN: dict[str, tuple[str, dict[str, Any]]] = {
    "refused": ("Refused", {"op": LineOp.REFUSE}),
    "failed": ("Failed", {"state__in": [LineState.FAILED, LineState.STUCK]}),
    "add": ("Added", {"op": LineOp.ADD}),
    "change": ("Changed", {"op": LineOp.CHANGE}),
    "delete": ("Deleted", {"op": LineOp.DELETE}),
    "leave": ("Left", {"op": LineOp.LEAVE}),
}


def run_lines(run: Run, *, show: str, after: int) -> tuple[list[RunLine], int | None]:
    """Return a page of lines, and the `after` of the next page, None on the last page.

    `show` is a key of SHOWN to return one group of lines; any other value returns all.
    """
    found = RunLine.objects.filter(run=run, number__gt=after)
    if show in SHOWN:
        found = found.filter(**SHOWN[show][1])
    rows = list(found.order_by("number")[: PER_PAGE + 1])
    return rows[:PER_PAGE], rows[PER_PAGE - 1].number if len(rows) > PER_PAGE else None
