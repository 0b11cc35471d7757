"""Services that add notes and tags, and assign messages. Each writes its row and its audit row in one transaction."""

from collections.abc import Collection
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import record
from dashboard.backend import backend_account_id, backend_fingerprint
from investigate.annotations.models import MessageAssignment, MessageNote, MessageTag


def note_add(*, actor: Actor, message_id: str, text: str) -> MessageNote:
    """Add a note to a message."""
    with transaction.atomic():
        note = MessageNote.objects.create(
            **_key(message_id), author_id=actor.user_id, author_name=actor.username, text=text
        )
        _record(actor, AuditAction.NOTE_ADD, message_id, note=note.pk)
    return note


def message_assign(*, actor: Actor, message_id: str, assignee: User | None) -> None:
    """Assign a message to a user. None removes the assignee."""
    with transaction.atomic():
        if assignee is None:
            MessageAssignment.objects.filter(**_key(message_id)).delete()
        else:
            MessageAssignment.objects.update_or_create(
                **_key(message_id), defaults={"assignee": assignee, "assigned_by_name": actor.username}
            )
        _record(actor, AuditAction.ASSIGN, message_id, to=assignee.get_username() if assignee else "")


def message_tag(*, actor: Actor, message_id: str, tag: str) -> bool:
    """Tag a message. Return False if it has the tag already."""
    with transaction.atomic():
        _tag, is_new = MessageTag.objects.get_or_create(
            **_key(message_id), tag=tag, defaults={"tagged_by_name": actor.username}
        )
        if is_new:
            _record(actor, AuditAction.TAG_ADD, message_id, tag=tag)
    return is_new


def message_untag(*, actor: Actor, message_id: str, tag: str) -> bool:
    """Take a tag off a message. Return False if it does not have it."""
    with transaction.atomic():
        gone, _by_model = MessageTag.objects.filter(**_key(message_id), tag=tag).delete()
        if gone:
            _record(actor, AuditAction.TAG_REMOVE, message_id, tag=tag)
    return bool(gone)


def messages_tag(*, actor: Actor, message_ids: Collection[str], tag: str, remove: bool = False) -> int:
    """Tag messages, or take the tag off them, and return how many changed.

    Each is a transaction of its own with its audit entry, so if the process dies, those before stay changed.
    """
    change = message_untag if remove else message_tag
    return sum(change(actor=actor, message_id=message_id, tag=tag) for message_id in message_ids)


def _key(message_id: str) -> dict[str, Any]:
    return {"account_id": backend_account_id(), "backend": backend_fingerprint(), "message_id": message_id}


def _record(actor: Actor, action: AuditAction, message_id: str, **detail: object) -> None:
    record(
        actor=actor,
        action=action,
        object_kind="message",
        object_id=message_id,
        outcome=Outcome.DONE,
        detail=detail,
    )
