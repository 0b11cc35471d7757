"""A message's way and what was done to it, each as one line in time."""

from dataclasses import dataclass
from datetime import UTC, datetime

from api_client.models import ActionEntry, Trace, TracePart
from api_client.models.values import ActionOperation
from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.models import AuditEntry
from dashboard.jobs.models import JobItem
from dashboard.verdicts import verdict_of
from investigate.annotations.models import MessageNote

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One line of the trace; `after` says how long after the one before it came."""

    at: datetime | None
    direction: str
    text: str
    after: str


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was done to a message; `outcome` is an Outcome of the audit trail or the state of a job's item.

    `source` says who tells of it: the console or the API. `text` is what somebody wrote, at length.
    """

    at: datetime | None
    what: str
    who: str
    detail: str
    outcome: str
    source: str = "console"
    text: str = ""


def trace_steps(trace: Trace) -> list[TraceStep]:
    """Return both directions of the trace as one, in time; a line without a time stays after the one before it."""
    lines = [*_lines(trace.inbound, "in"), *_lines(trace.outbound, "out")]
    lines.sort(key=lambda line: line[0])
    steps: list[TraceStep] = []
    before: datetime | None = None
    for _key, at, direction, text in lines:
        after = _duration((at - before).total_seconds()) if at and before else ""
        steps.append(TraceStep(at, direction, text, after))
        before = at or before
    return steps


def _lines(part: TracePart, direction: str) -> list[tuple[tuple[datetime, str, int], datetime | None, str, str]]:
    found = []
    last = _LONG_AGO
    for number, line in enumerate(sorted(part.lines, key=lambda line: line.lineno or 0)):
        last = line.logged_at or last
        found.append(((last, direction, number), line.logged_at, direction, line.message or ""))
    return found


def _duration(seconds: float) -> str:
    if seconds < 1:
        return "" if seconds < 0.001 else f"+{round(seconds * 1000)} ms"
    if seconds < 120:
        return f"+{seconds:.1f} s"
    if seconds < 7200:
        return f"+{round(seconds / 60)} min"
    return f"+{round(seconds / 3600)} h" if seconds < 48 * 3600 else f"+{round(seconds / 86400)} days"


def deeds_of_api(entries: list[ActionEntry]) -> list[Deed]:
    """Return what the API's action log tells, newest first. It knows a token, not a person."""
    return newest_first([_deed(entry) for entry in entries])


def deeds_of_console(entries: list[AuditEntry]) -> list[Deed]:
    """Return what the console's audit trail tells of the message, newest first."""
    return [
        Deed(entry.at, entry.action_label, entry.username or "Gatehouse", _asked(entry), entry.outcome)
        for entry in entries
        if entry.action != AuditAction.NOTE_ADD
    ]


def deeds_of_notes(notes: list[MessageNote]) -> list[Deed]:
    """Return what people noted; their audit rows are left out for these."""
    return [Deed(note.created_at, "Noted", note.author_name, "", "done", text=note.text) for note in notes]


def deeds_of_jobs(items: list[JobItem]) -> list[Deed]:
    """Return what jobs of the console did to the message; its time is that of the attempt, else of the job."""
    return [
        Deed(
            at=item.attempted_at or item.job.created_at,
            what=f"{item.job.get_action_display()} by a job",
            who=item.job.created_by_name or "Gatehouse",
            detail=f"to {item.job.destination_label}" if item.job.destination else "",
            outcome=item.state,
        )
        for item in items
    ]


def newest_first(*deeds: list[Deed]) -> list[Deed]:
    """Return several lists of deeds as one, the newest first."""
    return sorted((deed for some in deeds for deed in some), key=lambda deed: deed.at or _LONG_AGO, reverse=True)


def _asked(entry: AuditEntry) -> str:
    if entry.action == AuditAction.ASSIGN:
        return f"to {entry.detail.get('to') or 'nobody'}"
    asked = entry.detail.get("asked")
    return f"as {verdict_of(str(asked)).label}" if asked else ""


def _deed(entry: ActionEntry) -> Deed:
    properties = entry.properties
    detail = ""
    if properties and properties.folder:
        detail = f"to {properties.folder}"
    elif properties and properties.requested_disposition:
        detail = f"as {verdict_of(properties.requested_disposition).label}"
    who = properties.requested_by if properties and properties.requested_by else ""
    return Deed(
        at=entry.completed_at or entry.started_at,
        what=_OPERATIONS.get(entry.operation.upper(), entry.operation),
        who=f"via token {who}" if who else "via token",
        detail=detail,
        outcome=_outcome(entry),
        source="API",
    )


def _outcome(entry: ActionEntry) -> str:
    if entry.success is False:
        return Outcome.FAILED.value
    return Outcome.DONE.value if entry.success or entry.completed_at else Outcome.ATTEMPTED.value


_OPERATIONS = {
    ActionOperation.MOVE.value: "Moved",
    ActionOperation.RELEASE.value: "Released from quarantine",
    ActionOperation.QUARANTINE_RELEASE.value: "Released from quarantine",
    ActionOperation.RECLASSIFY.value: "Reclassification asked",
    ActionOperation.SUBMISSION.value: "Reclassification asked",
    ActionOperation.PREVIEW.value: "Preview made",
}
