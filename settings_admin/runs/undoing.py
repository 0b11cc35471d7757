"""Undo the lines of a run by restoring the entries from their before-images."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from settings_admin.entries.entry import Entry, differences
from settings_admin.history.models import Change, ChangeAction
from settings_admin.kinds import Batch
from settings_admin.runs.claiming import renew_lease
from settings_admin.runs.lines import REFUSALS, SLICE_SECONDS, RunStep, said
from settings_admin.runs.models import LineOp, LineState, RunLine


class Undoing(RunStep):
    """Undoes a run's lines. Every method raises ApiError if the API can't be reached or asks for a pause."""

    def undo(self) -> bool:
        """Undo done lines for at most about SLICE_SECONDS, last line first. Return True if none is left."""
        ends = time.monotonic() + SLICE_SECONDS
        while True:
            lines = list(self._lines(LineState.DONE).order_by("-number")[: self._chunk()])
            if not lines:
                return True
            if time.monotonic() >= ends:
                return False
            self._take_back(lines)

    def check(self) -> None:
        """Compare the done lines with the entries at the API.

        Lines that are undone already become undone. Lines whose entry somebody else changed become stuck, and the
        entry stays as it is.
        """
        there = list(self.policies.everything())
        by_id = {entry.id: entry for entry in there}
        by_identity = {self.kind.identity(entry.values): entry for entry in there}
        for lines in self._slices(LineState.DONE):
            moved = []
            for line in lines:
                # A deleted entry that is created again has another id.
                is_deletion = line.op == LineOp.DELETE
                found = by_identity.get(self.kind.identity(line.before or {})) if is_deletion else None
                if state_and_reason := self._undone(line, found or by_id.get(line.entry_id)):
                    line.state, line.reason = state_and_reason
                    moved.append(line)
            with transaction.atomic():
                renew_lease(self.run)
                RunLine.objects.bulk_update(moved, ["state", "reason"], batch_size=200)

    def _undone(self, line: RunLine, entry: Entry | None) -> tuple[LineState, str] | None:
        if line.op == LineOp.DELETE:
            return None if entry is None else (LineState.UNDONE, "")
        if entry is None:
            return LineState.UNDONE, "Somebody has deleted it meanwhile." if line.op == LineOp.CHANGE else ""
        if line.op == LineOp.CHANGE and not differences(self.kind, entry.values, line.before or {}):
            return LineState.UNDONE, ""
        if differences(self.kind, entry.values, line.values or {}):
            return LineState.STUCK, "Somebody has changed it since; their change stays."
        return None

    def _take_back(self, lines: Sequence[RunLine]) -> None:
        try:
            self._reverse(lines)
        except REFUSALS as error:
            if len(lines) > 1:
                middle = len(lines) // 2
                self._take_back(lines[:middle])
                self._take_back(lines[middle:])
                return
            lines[0].reason = said(error, self.kind)
            self._keep_undone(lines, LineState.STUCK)
            return
        self._keep_undone(lines, LineState.UNDONE)

    def _reverse(self, lines: Sequence[RunLine]) -> None:
        def of(op: LineOp) -> list[RunLine]:
            return [line for line in lines if line.op == op]

        if self.kind.batch is Batch.ALL:
            changes, deletes = of(LineOp.CHANGE), of(LineOp.DELETE)
            made = self.policies.batch(
                deletes=[line.entry_id for line in of(LineOp.ADD)],
                patches=[{"id": line.entry_id, **self._back(line)} for line in changes],
                posts=[line.before or {} for line in deletes],
            )
            for line, entry in zip(deletes, made[len(changes) :], strict=True):
                line.entry_id = entry.id
            return
        for line in lines:
            if line.op == LineOp.ADD:
                self.policies.delete(line.entry_id)
            elif line.op == LineOp.CHANGE:
                self.policies.edit(line.entry_id, self._back(line), whole=line.before or {})
            else:
                line.entry_id = self.policies.create(line.before or {}).id

    def _back(self, line: RunLine) -> dict[str, Any]:
        return {name: (line.before or {}).get(name) for name in line.changed or {}}

    def _keep_undone(self, lines: Sequence[RunLine], state: LineState) -> None:
        for line in lines:
            line.state = state
        history = [self._undo_change(line) for line in lines if state == LineState.UNDONE]
        with transaction.atomic():
            renew_lease(self.run)
            RunLine.objects.bulk_update(lines, ["state", "entry_id", "reason"], batch_size=100)
            Change.objects.bulk_create(history, batch_size=200)

    def _undo_change(self, line: RunLine) -> Change:
        action = ChangeAction.DELETE if line.op == LineOp.ADD else ChangeAction.RESTORE
        return self._change(line, action, line.values, line.before, why="Undone with its run.")
