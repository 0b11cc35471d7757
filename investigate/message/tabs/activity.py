"""The Activity tab: what was done to a message, merged from the API's action log, the audit trail, jobs and notes."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from api_client.models import ActionEntry
from api_client.models.values import ActionOperation
from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.models import AuditEntry
from dashboard.audit.selectors import audit_of_object
from dashboard.jobs.models import JobItem
from dashboard.jobs.running.settle import EXPLANATIONS
from dashboard.jobs.selectors import items_of_message
from dashboard.jobs.states import FOLDER_LABELS
from dashboard.verdicts import verdict_of
from investigate.annotations.models import MessageNote
from investigate.annotations.selectors import notes_of
from investigate.display.message import DisplayedMessage
from investigate.message.selectors import message_actions
from investigate.message.tabs.tab import Context

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_TOGETHER = timedelta(minutes=2)
"""Maximum difference between the API's time and the console's time of the same activity entry."""


@dataclass(frozen=True, slots=True)
class ActivityEntry:
    """An activity entry: something that was done to a message.

    `outcome` is an Outcome of the audit trail or the state of a job's item. `text` is the full text of a note. `kind`
    and `about` are used to match entries of the API's log with entries of the console: `kind` is move, release,
    reclassify or preview, and `about` is the requested folder or disposition. `is_ours` is true if the console recorded
    the entry. `is_in_log` is true if the API's log has it. `why` is the reason that the log gives for a failure.
    """

    at: datetime | None
    what: str
    who: str
    detail: str
    outcome: str
    text: str = ""
    kind: str = ""
    about: str = ""
    is_ours: bool = True
    is_in_log: bool = False
    why: str = ""


def entries_of_action_log(entries: list[ActionEntry]) -> list[ActivityEntry]:
    """Return the activity entries of the API's action log. The log names a token, not a user."""
    return [_of_log(entry) for entry in entries]


def entries_of_audit_trail(entries: list[AuditEntry]) -> list[ActivityEntry]:
    """Return the activity entries of the console's audit trail, without notes."""
    return [
        ActivityEntry(
            at=entry.at,
            what=entry.action_label,
            who=entry.username or "Gatehouse",
            detail=_asked(entry),
            outcome=entry.final_outcome,
            kind=_AUDITED.get(entry.action, ""),
            about=str(entry.detail.get("asked") or ""),
        )
        for entry in entries
        if entry.action != AuditAction.NOTE_ADD
    ]


def entries_of_notes(notes: list[MessageNote]) -> list[ActivityEntry]:
    """Return the activity entries of the team's notes. They replace the audit rows of notes."""
    return [ActivityEntry(note.created_at, "Noted", note.author_name, "", "done", text=note.text) for note in notes]


def entries_of_jobs(items: list[JobItem]) -> list[ActivityEntry]:
    """Return the activity entries of the console's jobs. Their time is that of the attempt, else of the job."""
    found = []
    for item in items:
        folder = item.destination or item.job.destination
        found.append(
            ActivityEntry(
                at=item.attempted_at or item.job.created_at,
                what=f"{item.job.get_action_display()} by a job",
                who=item.job.created_by_name or "Gatehouse",
                detail=f"to {FOLDER_LABELS.get(folder, folder)}" if folder else "",
                outcome=item.state,
                kind=item.job.action if item.attempted_at else "",
                about=folder or item.job.disposition,
            )
        )
    return found


def merge_activity(of_api: list[ActivityEntry], *of_console: list[ActivityEntry]) -> list[ActivityEntry]:
    """Return all activity entries, newest first, with matching entries of the API and the console merged.

    The console's entry is kept because it names the user. If several entries match, those closest in time are merged.
    """
    ours = [entry for entries in of_console for entry in entries]
    pairs = sorted(
        (abs(logged.at - entry.at), number, other)
        for number, entry in enumerate(ours)
        for other, logged in enumerate(of_api)
        if entry.at and logged.at and _can_be_one(entry, logged) and abs(logged.at - entry.at) <= _TOGETHER
    )
    found: dict[int, int] = {}
    for _apart, number, other in pairs:
        if number not in found and other not in found.values():
            found[number] = other
    merged = [
        replace(entry, is_in_log=True, why=of_api[found[number]].why) if number in found else entry
        for number, entry in enumerate(ours)
    ]
    rest = [logged for other, logged in enumerate(of_api) if other not in found.values()]
    return newest_first([*merged, *rest])


def newest_first(entries: Iterable[ActivityEntry]) -> list[ActivityEntry]:
    """Return the activity entries ordered by time, newest first. Entries without a time come last."""
    return sorted(entries, key=lambda entry: entry.at or _LONG_AGO, reverse=True)


def _can_be_one(ours: ActivityEntry, logged: ActivityEntry) -> bool:
    """Return whether both entries can be the same activity. Entries of which only one failed are not the same."""
    failed = Outcome.FAILED.value
    return (
        bool(ours.kind)
        and ours.kind == logged.kind
        and (ours.outcome == failed) == (logged.outcome == failed)
        and (not ours.about or not logged.about or ours.about == logged.about)
    )


def _asked(entry: AuditEntry) -> str:
    if entry.action == AuditAction.ASSIGN:
        return f"to {entry.detail.get('to') or 'nobody'}"
    asked = entry.detail.get("asked")
    return f"as {verdict_of(str(asked)).label}" if asked else ""


def _of_log(entry: ActionEntry) -> ActivityEntry:
    properties = entry.properties
    folder = properties.folder if properties and properties.folder else ""
    asked = properties.requested_disposition if properties and properties.requested_disposition else ""
    detail = ""
    if folder:
        detail = f"to {FOLDER_LABELS.get(folder, folder)}"
    elif asked:
        detail = f"as {verdict_of(asked).label}"
    who = properties.requested_by if properties and properties.requested_by else ""
    what, kind = _OPERATIONS.get(entry.operation.upper(), (entry.operation, ""))
    return ActivityEntry(
        at=entry.completed_at or entry.started_at,
        what=what,
        who=f"via token {who}" if who else "via token",
        detail=detail,
        outcome=_outcome(entry),
        kind=kind,
        about=folder or asked,
        is_ours=False,
        is_in_log=True,
        why=_why(entry),
    )


def _why(entry: ActionEntry) -> str:
    """Return why an attempt failed, in the words of the mailbox or the API."""
    if entry.success is not False or not entry.status:
        return ""
    word, _, reason = entry.status.partition(":")
    return EXPLANATIONS.get(entry.status) or (reason.strip() if word == "failed" else "") or entry.status


def _outcome(entry: ActionEntry) -> str:
    if entry.success is False:
        return Outcome.FAILED.value
    return Outcome.DONE.value if entry.success or entry.completed_at else Outcome.ATTEMPTED.value


_OPERATIONS = {
    ActionOperation.MOVE.value: ("Moved", "move"),
    ActionOperation.RELEASE.value: ("Released from quarantine", "release"),
    ActionOperation.QUARANTINE_RELEASE.value: ("Released from quarantine", "release"),
    ActionOperation.RECLASSIFY.value: ("Submitted for review", "reclassify"),
    ActionOperation.SUBMISSION.value: ("Submitted for review", "reclassify"),
    ActionOperation.PREVIEW.value: ("Preview made", "preview"),
}
_AUDITED = {AuditAction.RECLASSIFY.value: "reclassify", AuditAction.PREVIEW_VIEW.value: "preview"}


def load(_actor: Actor, message: DisplayedMessage) -> Context:
    """Return the context of the tab."""
    return {"activity": merge_activity(*activity_sources(message), entries_of_notes(notes_of(message.id)))}


def activity_sources(message: DisplayedMessage) -> tuple[list[ActivityEntry], list[ActivityEntry], list[ActivityEntry]]:
    """Return the activity entries of the API's action log, of the audit trail and of the jobs, in this order.

    Raise ApiError if the action log can't be fetched.
    """
    return (
        entries_of_action_log(message_actions(message)),
        entries_of_audit_trail(audit_of_object(kind="message", object_id=message.id)),
        entries_of_jobs(items_of_message(message.id)),
    )
