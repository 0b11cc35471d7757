"""Who has seen a message: what its recipients' mailboxes tell through the embedded gateway."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from django.conf import settings

from api_client.models import CopyMarks
from dashboard.backend import api_client_for_console
from dashboard.jobs.states import FOLDER_LABELS

MARKS: Final = ("read", "answered", "forwarded")
SHOWN_AT_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class SeenBy:
    """The copies of a message, those with marks first, and how many there are of each kind.

    `hidden` copies are not shown. `unread` are in their mailboxes without a mark, `absent` in none, and of `unknown` it
    can't be told. Of `sent_unknown` copies the recipients' sent mail could not be looked through, for `sent_reasons`.
    """

    copies: list[SeenCopy]
    hidden: int
    read: int
    answered: int
    forwarded: int
    unread: int
    absent: int
    unknown: int
    sent_unknown: int
    sent_reasons: list[str]


@dataclass(frozen=True, slots=True)
class SeenCopy:
    """One recipient's copy in words: what was done with it, where it lies, and why that is not known."""

    recipient: str
    words: str
    folder: str
    reason: str
    has_marks: bool
    forwarded_to: list[str]


def seen_by(investigate_id: str) -> SeenBy | None:
    """Return who has seen a message, by one call; None on a backend that can't tell.

    :raises ApiError: the gateway does not answer.
    """
    if not settings.GATEWAY_EMBEDDED:
        return None
    found = [copy for message in api_client_for_console().marks.list([investigate_id]) for copy in message.copies]
    counts = Counter(mark for copy in found for mark in copy.marks or ())
    states = Counter(copy.state for copy in found)
    shown = sorted((_shown(copy) for copy in found), key=lambda copy: not copy.has_marks)
    return SeenBy(
        copies=shown[:SHOWN_AT_MOST],
        hidden=max(len(shown) - SHOWN_AT_MOST, 0),
        read=counts["read"],
        answered=counts["answered"],
        forwarded=counts["forwarded"],
        unread=sum(copy.state == "found" and "read" not in (copy.marks or ()) for copy in found),
        absent=states["not_in_mailbox"],
        unknown=len(found) - states["found"] - states["not_in_mailbox"],
        sent_unknown=sum(bool(copy.sent_unknown) for copy in found),
        sent_reasons=list(dict.fromkeys(copy.sent_unknown for copy in found if copy.sent_unknown))[:3],
    )


def _shown(copy: CopyMarks) -> SeenCopy:
    marks = [mark for mark in MARKS if mark in (copy.marks or ())]
    if copy.state == "found":
        words = ", ".join(marks) or "not read"
    else:
        words = ", ".join([*marks, "not in the mailbox" if copy.state == "not_in_mailbox" else "can't be told"])
    folder = "a folder of their own" if copy.folder == "Other" else FOLDER_LABELS.get(copy.folder or "", "")
    return SeenCopy(copy.recipient, words, folder, copy.reason or "", bool(marks), copy.forwarded_to)
