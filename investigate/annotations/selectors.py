"""Queries for notes, assignees and tags of messages."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Count

from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.capabilities import CAPABILITIES, Capability
from investigate.annotations.models import MessageAssignment, MessageNote, MessageTag

_MOST_NOTES = 200
_MOST_TAGS = 100
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Annotation:
    """The team's annotation in a row of the message list: the assignee's name, the number of notes, and the tags."""

    assignee: str = ""
    notes: int = 0
    tags: tuple[str, ...] = ()


def notes_of(message_id: str) -> list[MessageNote]:
    """Return the newest notes on a message, newest first, at most `_MOST_NOTES`."""
    return list(MessageNote.objects.filter(message_id=message_id, **_here())[:_MOST_NOTES])


def assignee_of(message_id: str) -> User | None:
    """Return the assignee of a message, or None."""
    found = MessageAssignment.objects.filter(message_id=message_id, **_here()).select_related("assignee").first()
    return found.assignee if found else None


def annotations_of(message_ids: Iterable[str]) -> dict[str, Annotation]:
    """Return the annotations of messages by message id, with three queries. Messages without any are left out."""
    ids = list(message_ids)
    assigned = MessageAssignment.objects.filter(message_id__in=ids, **_here())
    names = dict(assigned.values_list("message_id", "assignee__username"))
    noted = MessageNote.objects.filter(message_id__in=ids, **_here()).order_by().values("message_id")
    counts = {row["message_id"]: row["count"] for row in noted.annotate(count=Count("id"))}
    tags: dict[str, tuple[str, ...]] = {}
    for one, tag in MessageTag.objects.filter(message_id__in=ids, **_here()).values_list("message_id", "tag"):
        tags[one] = (*tags.get(one, ()), tag)
    known = names.keys() | counts.keys() | tags.keys()
    return {one: Annotation(names.get(one, ""), counts.get(one, 0), tags.get(one, ())) for one in known}


def tags_of(message_id: str) -> list[MessageTag]:
    """Return the tags of a message, by name."""
    return list(MessageTag.objects.filter(message_id=message_id, **_here()))


def tags_among(message_ids: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return the tags of messages by message id. Messages without any are left out."""
    found: dict[str, set[str]] = {}
    ids = list(message_ids)
    for start in range(0, len(ids), _AT_ONCE):
        rows = MessageTag.objects.filter(message_id__in=ids[start : start + _AT_ONCE], **_here())
        for message_id, tag in rows.order_by().values_list("message_id", "tag"):
            found.setdefault(message_id, set()).add(tag)
    return {message_id: frozenset(tags) for message_id, tags in found.items()}


def tagged_with(tag: str, *, at_most: int) -> list[str]:
    """Return the ids of messages with a tag, at most so many, in no order."""
    rows = MessageTag.objects.filter(tag=tag, **_here()).order_by()
    return list(rows.values_list("message_id", flat=True)[:at_most])


def known_tags() -> list[str]:
    """Return the tags that are in use, at most `_MOST_TAGS`, those on most messages first."""
    rows = MessageTag.objects.filter(**_here()).order_by().values("tag").annotate(count=Count("id"))
    return [row["tag"] for row in rows.order_by("-count", "tag")[:_MOST_TAGS]]


def people_to_assign() -> list[User]:
    """Return the active users to whom messages can be assigned, ordered by name."""
    roles = [role.value for role, capabilities in CAPABILITIES.items() if Capability.CLAIM in capabilities]
    found = User.objects.filter(is_active=True, groups__name__in=roles).distinct()
    return list(found.order_by("username"))


def _here() -> dict[str, str]:
    return {"account_id": backend_account_id(), "backend": backend_fingerprint()}
