"""What the gateway asks of mailboxes. Another kind of mailbox is a class with the methods of `Mailboxes`."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Mark(StrEnum):
    """What a recipient did with a copy, as the mailbox tells it."""

    READ = "read"
    ANSWERED = "answered"
    FORWARDED = "forwarded"


@dataclass(frozen=True, slots=True)
class MailCopy:
    """One recipient's copy of one message, and all that it can be recognised by.

    `name` is the file name that the gateway gave it in a Maildir. `message_id` and `raw` come from the mail: a
    Message-ID may be empty, huge, or somebody else's. `folder`, a name of the API, is where the gateway last knew it.
    `raw` reads the stored bytes, and raises OSError if they can't be read. `arrived_at` is when the gateway took it in:
    what was sent before can't be about it.
    """

    recipient: str
    name: str
    message_id: str
    folder: str
    arrived_at: datetime
    raw: Callable[[], bytes] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a copy lies, and its marks there. `folder` is a name of the API, or `OTHER` for a folder of its owner's."""

    folder: str
    marks: frozenset[Mark] = frozenset()


OTHER = "Other"
SENT_AT_MOST = 20
"""So many sent messages are read that name one copy: the newest."""
SENT_BYTES = 65_536
"""So much of the beginning of each is read."""


class MailboxTrouble(OSError):
    """A mailbox did not answer, refused the sign-in, or did not do what it was told. Trying again may help."""

    def __init__(self, reason: str) -> None:
        super().__init__(errno.EIO, reason)


class NotSupported(MailboxTrouble):
    """The mailboxes have no such folder, or can't be reached at all. Trying again changes nothing."""


class Mailboxes(Protocol):
    """The mailboxes of the recipients of one route.

    To plug in another kind: write a class with these methods, give it a value in `MailboxKind`
    (`gateway/routes/route.py`) and a line in `gateway/delivery/mailbox_choice.py`. What holds for every kind:

    - A copy is found wherever its owner put it: where it is expected first, then in all other folders. What is found
      has the message's own bytes (`gateway.mailboxes.matching`), beneath any fields that servers put on top. A
      Message-ID alone proves nothing, since senders choose it.
    - None means that every folder was looked through and the copy is gone. Whenever that is not certain, because of
      a time limit, a refusal or a limit on candidates, raise MailboxTrouble: "can't be told" is never "gone".
    - A folder that the mailbox does not have is NotSupported. Mail is never put into another folder instead.
    - Looking changes nothing: no copy becomes read by it.
    - Each call ends: connecting, waiting and looking have time limits.
    - Moving what is already there succeeds, so an interrupted move can be repeated. If the process dies in the
      middle, the copy lies in at least one of the two folders.
    - Raise OSError for trouble; its `strerror` is told to people, so it names no file and no password.
    """

    def find(self, copy: MailCopy) -> Place | None:
        """Return where the copy lies with its marks, or None if it is gone."""
        ...

    def move(self, copy: MailCopy, folder: str) -> Place | None:
        """Move the copy to a folder of the API and read back that it is there. Keep its marks.

        Return where it lay before, with its marks then, or None if it is gone.
        """
        ...

    def sent_about(self, copy: MailCopy) -> list[bytes]:
        """Return the beginnings of messages in the owner's Sent folder whose header names the copy's Message-ID.

        At most the newest SENT_AT_MOST, each up to SENT_BYTES. Others than those may be returned: who calls looks
        whether In-Reply-To or References names the copy. Raise NotSupported if the mailbox has no Sent folder; an empty
        list means that it was looked through.
        """
        ...
