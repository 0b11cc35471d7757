"""Finds moves and releases that others did, by the action logs of messages that a search lists as acted on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from api_client import ApiError, Client, StatusError
from api_client.models import ActionEntry, ActionOperation, ActionProperties, Message, MessageAction
from api_client.resources import SearchFilters
from dashboard.jobs.action_log import FAILURES, clock_slack
from dashboard.jobs.models import JobItem
from dashboard.jobs.states import JobAction
from dashboard.walking.walk import walk
from investigate.event_export.feed import NewEvent, events_add, mine
from investigate.event_export.finding.mail import mail_of
from investigate.event_export.finding.place import Look, Step
from investigate.event_export.finding.unread import WHOLE_API, note_unread
from investigate.event_export.formats.alerts import disposition_of
from investigate.event_export.formats.post_delivery import Action, Operation, post_delivery_fields
from investigate.event_export.models import ReadLog
from investigate.event_export.states import Kind, Place

DAYS_AGAIN = 7
PER_PAGE = 100
READ_AGAIN_AFTER = timedelta(hours=24)
"""A message that is moved twice looks the same in a search. So its log is read again after this time."""

_OPERATIONS = {
    ActionOperation.MOVE: (Operation.MOVE, JobAction.MOVE),
    ActionOperation.QUARANTINE_RELEASE: (Operation.QUARANTINE_RELEASE, JobAction.RELEASE),
    ActionOperation.RELEASE: (Operation.QUARANTINE_RELEASE, JobAction.RELEASE),
}


def step(look: Look, cursor: dict[str, Any]) -> Step:
    """Tell what was done to the messages of the next page, except what this console's jobs did. Raise ApiError."""
    end = datetime.fromisoformat(cursor["end"]) if cursor.get("end") else look.now
    filters = SearchFilters(
        detections_only=False, message_action=[MessageAction.MOVED.value, MessageAction.QUARANTINE_RELEASED.value]
    )
    start = end - timedelta(days=DAYS_AGAIN)
    leaf = next(walk(look.client, filters, start=start, end=end, position=cursor.get("walk"), per_page=PER_PAGE), None)
    without_log = int(cursor.get("without_log", 0)) if cursor.get("walk") else 0
    for message in leaf.messages if leaf else []:
        try:
            without_log += not tell_actions(look, message)
        except WHOLE_API:
            raise
        except ApiError as error:
            note_unread(Place.ACTIONS, message.id, error)
    if leaf is None or leaf.looked_until is None:
        gaps = leaf.position.get("gaps", []) if leaf else []
        return Step({"without_log": without_log}, read_until=end, gaps=gaps)
    following = {"end": end.isoformat(), "walk": leaf.position, "without_log": without_log}
    return Step(following, is_end=False)


def tell_actions(look: Look, message: Message) -> bool:
    """Tell what was done to one message since `since`. Return False if the API has no log of it. Raise ApiError."""
    log = _embedded(message)
    if log is None:
        if known := _read_lately(message):
            return not known.is_missing
        log = _asked_for(look.client, message.id)
    events_add(list(_events(look, message, log or ())))
    ReadLog.objects.update_or_create(
        **mine(),
        message_id=message.id[:255],
        defaults={"signature": _signature(message), "read_at": timezone.now(), "is_missing": log is None},
    )
    return log is not None


def _asked_for(client: Client, message_id: str) -> list[ActionEntry] | None:
    """Return the log, or None if this backend has no such operation. Raise ApiError."""
    try:
        return client.investigate.action_log.list(message_id)
    except StatusError as error:
        if error.status in {404, 405, 501}:
            return None
        raise


def tell_again(look: Look, message_id: str, is_last: bool) -> None:
    """Tell what was done to a message whose log could not be read before. Raise ApiError, except at the last try."""
    try:
        tell_actions(look, look.client.investigate.get(message_id))
    except ApiError as error:
        if not is_last or isinstance(error, WHOLE_API):
            raise


def _embedded(message: Message) -> list[ActionEntry] | None:
    """Return the log that older servers send with each row, or None."""
    if message.action_log is None:
        return None
    return [
        ActionEntry(
            operation=entry.operation,
            completed_at=entry.completed_at,
            status=entry.status,
            success=not any(word in (entry.status or "").lower() for word in FAILURES),
            properties=ActionProperties(
                folder=entry.properties.folder if entry.properties else None,
                requested_by=entry.properties.requested_by if entry.properties else None,
            ),
        )
        for entry in message.action_log
    ]


def _read_lately(message: Message) -> ReadLog | None:
    """Return the record of the log if it was read since the message last looked otherwise, and not long ago."""
    since = timezone.now() - READ_AGAIN_AFTER
    return ReadLog.objects.filter(
        **mine(), message_id=message.id[:255], signature=_signature(message), read_at__gte=since
    ).first()


def _signature(message: Message) -> str:
    shown = [*sorted(message.post_delivery_operations or ()), "", *sorted(message.delivery_status or ())]
    return hashlib.sha256("\0".join(shown).encode("utf-8", "replace")).hexdigest()


def _events(look: Look, message: Message, log: Iterable[ActionEntry]) -> Iterable[NewEvent]:
    mail = mail_of(message)
    for entry in log:
        known = _OPERATIONS.get(entry.operation)  # type: ignore[call-overload]  # a plain string equals its member
        if known is None or entry.completed_at is None or entry.completed_at < look.since:
            continue
        operation, job_action = known
        if _is_ours(message, entry, job_action):
            continue
        folder = (entry.properties and entry.properties.folder) or ""
        for recipient in message.client_recipients or [""]:
            action = Action(
                operation=operation,
                recipient=recipient,
                requested_at=entry.started_at or entry.completed_at,
                completed_at=entry.completed_at,
                requested_by=(entry.properties and entry.properties.requested_by) or "",
                destination=folder,
                folder=folder,
                status=entry.status or "",
                success=entry.success,
            )
            yield NewEvent(
                Kind.POST_DELIVERY,
                ("action", message.id, operation, entry.completed_at.isoformat(), folder, recipient),
                at=entry.completed_at,
                fields=post_delivery_fields(mail, action),
                message_id=message.id,
                disposition=disposition_of(message.final_disposition),
            )


def _is_ours(message: Message, entry: ActionEntry, action: JobAction) -> bool:
    """Return whether a job of this console did it: its own rows tell that, with more."""
    slack = clock_slack()
    for item in JobItem.objects.filter(investigate_id=message.id, job__action=action, job__backend=mine()["backend"]):
        begun, settled = item.attempted_at, item.settled_at
        if entry.completed_at is None or begun is None or begun - slack > entry.completed_at:
            continue
        if settled is None or entry.completed_at <= settled + slack:
            return True
    return False
