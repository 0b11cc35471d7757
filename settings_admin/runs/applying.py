"""Apply the planned lines of a run in batches."""

from __future__ import annotations

import time
from collections.abc import Sequence

from django.db import transaction

from api_client import ApiError, NotFound
from api_client.errors import StatusError
from settings_admin.entries.entry import Entry, differences
from settings_admin.entries.services import refusal_of
from settings_admin.history.models import Change, ChangeAction
from settings_admin.kinds import Batch
from settings_admin.runs.claiming import renew_lease
from settings_admin.runs.lines import REFUSALS, SLICE_SECONDS, WRITES, RunStep, said
from settings_admin.runs.models import LineOp, LineState, RunLine

_DONE_BY = {LineOp.ADD: ChangeAction.CREATE, LineOp.CHANGE: ChangeAction.EDIT, LineOp.DELETE: ChangeAction.DELETE}


class Applying(RunStep):
    """Applies a run's lines. Every method raises ApiError if the API can't be reached or asks for a pause."""

    def check(self) -> None:
        """Compare the lines with the entries at the API, after a start or after a worker was lost.

        Lines that were sent and have taken effect become done. Lines whose entry somebody else changed become failed.
        Other lines that were sent become planned again.
        """
        there = list(self.policies.everything())
        by_id = {entry.id: entry for entry in there}
        by_identity = {self.kind.identity(entry.values): entry for entry in there}
        for lines in self._slices(LineState.SENT, LineState.PLANNED):
            came_through, refused = [], []
            for line in lines:
                entry = by_id.get(line.entry_id) if line.entry_id else by_identity.get(self._identity(line))
                if line.state == LineState.SENT and self._is_done(line, entry):
                    line.entry_id = line.entry_id or (entry.id if entry else "")
                    came_through.append(line)
                    continue
                line.state = LineState.PLANNED
                if moved := self._moved(line, entry):
                    line.state, line.reason = LineState.FAILED, moved
                refused.append(line)
            self._keep(came_through, refused)

    def apply(self) -> bool:
        """Apply planned lines for at most about SLICE_SECONDS.

        Return True if no planned line is left, or if a line of an all-or-nothing run has failed.
        """
        ends = time.monotonic() + SLICE_SECONDS
        while True:
            if self.run.is_whole and self._lines(LineState.FAILED).exclude(op=LineOp.REFUSE).exists():
                return True
            lines = list(self._lines(LineState.PLANNED).filter(op__in=WRITES)[: self._chunk()])
            if not lines:
                return True
            if time.monotonic() >= ends:
                return False
            self._send(lines)

    def _identity(self, line: RunLine) -> tuple[str, ...]:
        return self.kind.identity(line.values or {})

    def _is_done(self, line: RunLine, entry: Entry | None) -> bool:
        if line.op == LineOp.DELETE or entry is None:
            return line.op == LineOp.DELETE and entry is None
        if (
            line.op == LineOp.ADD
            and entry.created_at
            and self.run.started_at
            and entry.created_at >= self.run.started_at
        ):
            # The API may have normalized the values, but the entry was created after the run started.
            return True
        return not differences(self.kind, entry.values, line.values or {})

    def _moved(self, line: RunLine, entry: Entry | None) -> str:
        """Return the reason why a planned line is no longer valid, or an empty string if it is."""
        if line.op == LineOp.ADD:
            return "Somebody has added it meanwhile." if entry else ""
        if entry is None:
            return "" if line.op == LineOp.DELETE else "Somebody has deleted it meanwhile."
        moved = differences(self.kind, entry.values, line.before or {})
        return "Somebody has changed it since you looked." if moved else ""

    def _send(self, lines: Sequence[RunLine]) -> None:
        with transaction.atomic():
            renew_lease(self.run)
            RunLine.objects.filter(pk__in=[line.pk for line in lines]).update(state=LineState.SENT)
        try:
            self._write(lines)
        except REFUSALS as error:
            self._refused(lines, error)
            return
        except ApiError as error:
            if not error.outcome_unknown:
                RunLine.objects.filter(pk__in=[line.pk for line in lines]).update(state=LineState.PLANNED)
            raise
        self._keep(lines, [])

    def _write(self, lines: Sequence[RunLine]) -> None:
        adds = [line for line in lines if line.op == LineOp.ADD]
        changes = [line for line in lines if line.op == LineOp.CHANGE]
        deletes = [line for line in lines if line.op == LineOp.DELETE]
        if self._chunk() == 1:
            for line in lines:
                self._write_one(line)
            return
        made = self.policies.batch(
            deletes=[line.entry_id for line in deletes],
            patches=[{"id": line.entry_id, **(line.changed or {})} for line in changes],
            posts=[line.values or {} for line in adds],
        )
        for line, entry in zip([*changes, *adds], made, strict=self.kind.batch is Batch.ALL):
            line.entry_id, line.values = entry.id, entry.values

    def _write_one(self, line: RunLine) -> None:
        if line.op == LineOp.ADD:
            made = self.policies.create(line.values or {})
            line.entry_id, line.values = made.id, made.values
        elif line.op == LineOp.CHANGE:
            self.policies.edit(line.entry_id, line.changed or {}, whole=line.values or {})
        else:
            self.policies.delete(line.entry_id)

    def _refused(self, lines: Sequence[RunLine], error: StatusError) -> None:
        """Mark the lines that the API's error names as failed, and set the others back to planned.

        If the error names no line, send the lines again in two halves to find the refused one.
        """
        named = self._named(lines, error) if len(lines) > 1 else {lines[0].pk: said(error, self.kind)}
        if len(lines) > 1 and not named:
            middle = len(lines) // 2
            self._put_off(lines)
            self._send(lines[:middle])
            if not self.run.is_whole:
                self._send(lines[middle:])
            return
        failed = [line for line in lines if line.pk in named]
        for line in failed:
            was_gone = line.op == LineOp.DELETE and isinstance(error, NotFound)
            line.state = LineState.DONE if was_gone else LineState.FAILED
            line.reason = "It was gone already." if was_gone else named[line.pk]
        left = [line for line in lines if line.pk not in named]
        with transaction.atomic():
            renew_lease(self.run)
            RunLine.objects.bulk_update(failed, ["state", "reason"], batch_size=200)
            self._put_off(left)

    def _put_off(self, lines: Sequence[RunLine]) -> None:
        RunLine.objects.filter(pk__in=[line.pk for line in lines]).update(state=LineState.PLANNED)

    def _named(self, lines: Sequence[RunLine], error: StatusError) -> dict[int, str]:
        """Return the reason for each line that a JSON pointer such as /posts/17/pattern refers to."""
        lists = {
            "deletes": [line for line in lines if line.op == LineOp.DELETE],
            "patches": [line for line in lines if line.op == LineOp.CHANGE],
            "posts": [line for line in lines if line.op == LineOp.ADD],
        }
        named: dict[int, str] = {}
        for entry in error.errors:
            parts = (entry.pointer or "").strip("/").split("/")
            if len(parts) >= 2 and parts[0] in lists and parts[1].isdigit() and int(parts[1]) < len(lists[parts[0]]):
                named[lists[parts[0]][int(parts[1])].pk] = refusal_of(entry, self.kind)[1]
        return named

    def _keep(self, done: Sequence[RunLine], others: Sequence[RunLine]) -> None:
        """Save the outcome of lines, and each done line in the change history, in one transaction."""
        for line in done:
            line.state = LineState.DONE
        history = [self._change(line, _DONE_BY[LineOp(line.op)], line.before, line.values) for line in done]
        with transaction.atomic():
            renew_lease(self.run)
            added = [line for line in done if line.op == LineOp.ADD]
            RunLine.objects.bulk_update(added, ["entry_id"], batch_size=200)
            RunLine.objects.filter(pk__in=[line.pk for line in done]).update(state=LineState.DONE)
            RunLine.objects.bulk_update(others, ["state", "reason"], batch_size=200)
            Change.objects.bulk_create(history, batch_size=200)
