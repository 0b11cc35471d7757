"""Finds submissions: rows that the mirror of the reviewers' list keeps. Each costs a call for its message."""

from __future__ import annotations

from typing import Any

from api_client import ApiError, BadRequest, Client, NotFound
from api_client.models import Message
from investigate.event_export.feed import NewEvent, events_add, mine
from investigate.event_export.finding.mail import mail_of
from investigate.event_export.finding.place import Look, Step
from investigate.event_export.finding.unread import WHOLE_API, note_unread
from investigate.event_export.formats.alerts import disposition_of
from investigate.event_export.formats.post_delivery import Action, Mail, Operation, post_delivery_fields
from investigate.event_export.states import Kind, Place
from investigate.reviews.models import Submission

AT_ONCE = 25
FAILED = ("failed", "invalid")


def step(look: Look, cursor: dict[str, Any]) -> Step:
    """Tell the next submissions that the mirror has listed. Raise ApiError.

    Each is written for itself, so a death in the middle repeats calls, and no event.
    """
    rows = list(
        Submission.objects.filter(**mine(), pk__gt=cursor.get("pk", 0), requested_at__gte=look.since).order_by("pk")[
            :AT_ONCE
        ]
    )
    for row in rows:
        try:
            message = _message(look.client, row)
        except WHOLE_API:
            raise
        except ApiError as error:
            note_unread(Place.SUBMISSIONS, str(row.pk), error)
            continue
        events_add(_events(row, message))
    is_end = len(rows) < AT_ONCE
    newest = rows[-1].pk if rows else cursor.get("pk", 0)
    return Step({"pk": newest}, is_end=is_end, read_until=look.now if is_end else None)


def tell_again(client: Client, reference: str, is_last: bool) -> None:
    """Tell a submission whose message could not be read before, at the last try without it. Raise ApiError."""
    row = Submission.objects.filter(**mine(), pk=int(reference)).first()
    if row is None:
        return
    try:
        message = _message(client, row)
    except ApiError as error:
        if not is_last or isinstance(error, WHOLE_API):
            raise
        message = None
    events_add(_events(row, message))


def _message(client: Client, row: Submission) -> Message | None:
    """Return the message that was submitted, or None if it is not there. Raise ApiError."""
    if not row.original_postfix_id:
        return None
    try:
        return client.investigate.get(row.original_postfix_id)
    except (NotFound, BadRequest):
        return None


def _events(row: Submission, message: Message | None) -> list[NewEvent]:
    """Return an event for the mailbox of the user who submitted, else for each recipient of the message."""
    mail = mail_of(message) if message else _bare_mail(row)
    recipients: list[str] = list(message.client_recipients) if message else []
    own = [name for name in recipients if name.casefold() == row.requested_by.casefold()]
    if row.type.casefold() == "user":
        recipients = own or ([row.requested_by] if "@" in row.requested_by else recipients)
    return [
        NewEvent(
            Kind.POST_DELIVERY,
            ("submission", row.submission_id, recipient),
            at=row.requested_at,
            fields=post_delivery_fields(mail, _action(row, recipient)),
            message_id=message.id if message else row.original_postfix_id,
            disposition=disposition_of(mail.disposition) if mail.disposition else "",
        )
        for recipient in recipients or [""]
    ]


def _bare_mail(row: Submission) -> Mail:
    return Mail(subject=row.subject, postfix_id=row.original_postfix_id, disposition=row.original_disposition)


def _action(row: Submission, recipient: str) -> Action:
    return Action(
        operation=Operation.SUBMISSION,
        recipient=recipient,
        requested_at=row.requested_at,
        completed_at=row.answered_at,
        requested_by=row.requested_by,
        requested_disposition=row.requested_disposition,
        status=row.status,
        success=row.status not in FAILED,
    )
