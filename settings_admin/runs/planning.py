"""Plan a run: determine line by line what it would change, before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.db import transaction

from api_client import Client
from settings_admin.entries.api import Policies
from settings_admin.entries.entry import Entry, differences
from settings_admin.files.reading import Line, lines_of
from settings_admin.history.selectors import KIND_BY_RESOURCE
from settings_admin.kinds import Kind
from settings_admin.runs.claiming import renew_lease
from settings_admin.runs.models import LineOp, Run, RunAction, RunLine

_AT_ONCE = 1000


def plan(run: Run, client: Client) -> None:
    """Create the run's lines. Lines of an unfinished earlier plan are deleted; planning changes nothing at the API.

    :raises BadFile: the file can't be parsed.
    :raises ApiError: the existing entries can't be read.
    """
    kind = KIND_BY_RESOURCE[run.kind]
    policies = Policies(kind, client)
    planned = _deletions(run, policies) if run.action == RunAction.DELETE else _import(run, kind, policies)
    with transaction.atomic():
        renew_lease(run)
        RunLine.objects.filter(run=run).delete()
    waiting: list[RunLine] = []
    for line in planned:
        waiting.append(line)
        if len(waiting) == _AT_ONCE:
            _keep(run, waiting)
            waiting = []
    _keep(run, waiting)


def _keep(run: Run, lines: list[RunLine]) -> None:
    with transaction.atomic():
        renew_lease(run)
        RunLine.objects.bulk_create(lines, batch_size=200)


def _deletions(run: Run, policies: Policies) -> Iterator[RunLine]:
    """Yield lines that delete the selected entries.

    A selection by filters leaves out entries that were created after the run.
    """
    wanted = set(run.ids)
    found = policies.everything(**({} if wanted else run.filters))
    number = 0
    for entry in found:
        if wanted and entry.id not in wanted:
            continue
        if not wanted and entry.created_at is not None and entry.created_at > run.created_at:
            continue
        wanted.discard(entry.id)
        number += 1
        yield RunLine(run=run, number=number, op=LineOp.DELETE, name=entry.name, entry_id=entry.id, before=entry.values)
        if run.ids and not wanted:
            return
    for missing in sorted(wanted):
        number += 1
        yield RunLine(run=run, number=number, op=LineOp.LEAVE, entry_id=missing, reason="It is gone already.")


def _import(run: Run, kind: Kind, policies: Policies) -> Iterator[RunLine]:
    # Parse the whole file first, so that an invalid file causes no API requests.
    lines = list(lines_of(kind, run.source))
    there = {kind.identity(entry.values): entry for entry in policies.everything()}
    seen: dict[tuple[str, ...], int] = {}
    for line in lines:
        yield _planned(run, kind, line, there, seen)


def _planned(
    run: Run, kind: Kind, line: Line, there: Mapping[tuple[str, ...], Entry], seen: dict[tuple[str, ...], int]
) -> RunLine:
    row = RunLine(run=run, number=line.number, op=LineOp.REFUSE, name=_name(kind, line))
    values = {spec.name: line.values.get(spec.name, spec.initial) for spec in kind.fields} | line.values
    reasons = line.faults or [fault.message for fault in kind.faults(values)]
    if reasons:
        row.reason = " ".join(reasons)
        return row
    identity = kind.identity(values)
    earlier = seen.setdefault(identity, line.number)
    if earlier != line.number:
        row.reason = f"Line {earlier} is about the same entry."
        return row
    now = there.get(identity)
    if now is None:
        row.op, row.values = LineOp.ADD, values
        return row
    # Fields whose columns are missing in the file keep their values.
    changed = differences(kind, now.values, line.values)
    changed.pop(kind.named_by, None)
    row.entry_id, row.before = now.id, now.values
    if not changed:
        row.op, row.reason = LineOp.LEAVE, "It is there already, just so."
    elif now.locked:
        row.reason = now.locked
    else:
        row.op, row.changed, row.values = LineOp.CHANGE, changed, now.values | changed
    return row


def _name(kind: Kind, line: Line) -> str:
    name = line.values.get(kind.named_by)
    return str(name if name else ", ".join(line.cells))[:1024]
