"""Reasons for looking at the content of a message: asked for before content is shown, where a setting says so.

A reason counts for one message, in the session it was given in, for an hour. It is in the audit trail.
"""

import time

from django import forms
from django.conf import settings

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import record
from dashboard.requests import ConsoleRequest
from dashboard.roles import Capability, can

SECONDS = 3600
"""How long a reason counts."""
MOST_MESSAGES = 200
"""How many messages a session remembers reasons for. The oldest is forgotten first, and asked for again."""
CONTENT = frozenset({Capability.VIEW_CONTENT, Capability.RAW})
_SESSION_KEY = "content_reasons"


class ReasonForm(forms.Form):
    """Form with the reason for looking at a message."""

    reason = forms.CharField(
        label="Why do you look at its content?",
        min_length=5,
        max_length=500,
        help_text="It is written into the audit trail, with your name and this message.",
        widget=forms.TextInput({"autocomplete": "off"}),
    )


def content_is_open(request: ConsoleRequest, message_id: str) -> bool:
    """Return whether the user may see the content of the message now: by their role, and by a reason if one is due."""
    return can(request.user, Capability.VIEW_CONTENT) and not needs_reason(request, message_id)


def needs_reason(request: ConsoleRequest, message_id: str) -> bool:
    """Return whether a reason has to be given before content of the message is shown."""
    if not settings.GATEHOUSE_ASK_REASON:
        return False
    given = request.session.get(_SESSION_KEY, {}).get(message_id, 0)
    return bool(given + SECONDS < time.time())


def reason_give(request: ConsoleRequest, *, actor: Actor, message_id: str, reason: str) -> None:
    """Record the reason in the audit trail, then remember in the session that it was given.

    If the process dies in between, the row is in the trail and the reason is asked for again.
    """
    record(
        actor=actor,
        action=AuditAction.CONTENT_REASON,
        object_kind="message",
        object_id=message_id,
        outcome=Outcome.DONE,
        detail={"reason": reason},
    )
    given: dict[str, float] = {**request.session.get(_SESSION_KEY, {}), message_id: time.time()}
    newest = sorted(given.items(), key=lambda entry: entry[1])[-MOST_MESSAGES:]
    request.session[_SESSION_KEY] = dict(newest)
