"""Finds copies of a message in the folders of a mailbox, by Message-ID or size, and then by its bytes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from imapclient import IMAPClient

from gateway.mailboxes.imap.folders import Folders
from gateway.mailboxes.matching import is_copy_of, sizes_of_copies
from gateway.mailboxes.protocol import MailboxTrouble, MailCopy, Mark

SECONDS = 60.0
MOST_CANDIDATES = 50
_LONGEST_ID = 900
_MARKS = {
    b"\\seen": Mark.READ,
    b"\\answered": Mark.ANSWERED,
    b"$forwarded": Mark.FORWARDED,
    b"forwarded": Mark.FORWARDED,
}


@dataclass(frozen=True, slots=True)
class Found:
    """Copies in one folder of the server: their UIDs and the marks of all."""

    folder: str
    uids: list[int]
    marks: frozenset[Mark]


def find_copies(client: IMAPClient, folders: Folders, copy: MailCopy) -> Found | None:
    """Return the copies in the first folder that has any, or None if no folder has one.

    Looking leaves mail unread. Raise MailboxTrouble if the time is over, or too much looks alike.
    """
    ends = time.monotonic() + SECONDS
    raw = copy.raw()
    for folder in folders.in_order(copy.folder):
        found = copies_in(client, folder, copy.message_id, raw, ends=ends)
        if found is not None:
            return found
    return None


def copies_in(client: IMAPClient, folder: str, message_id: str, raw: bytes, *, ends: float) -> Found | None:
    """Return the copies of a message in one folder, or None."""
    client.select_folder(folder, readonly=True)
    smallest, largest = sizes_of_copies(raw)
    criteria: list[Any] = ["LARGER", max(smallest - 1, 0), "SMALLER", largest + 1]
    if can_be_asked_for(message_id):
        criteria += ["HEADER", "Message-ID", message_id]
    uids = list(client.search(criteria))
    if len(uids) > MOST_CANDIDATES:
        raise MailboxTrouble("too many messages look like this one")
    same: list[int] = []
    marks: set[Mark] = set()
    for uid in uids:
        if time.monotonic() > ends:
            raise MailboxTrouble("the time for looking through the mailbox was over")
        # The size is asked for again before the bytes: a search may be answered from an index that is wrong.
        if not smallest <= _size(client, uid) <= largest:
            continue
        facts = client.fetch([uid], ["FLAGS", "BODY.PEEK[]"]).get(uid, {})
        if is_copy_of(facts.get(b"BODY[]") or b"", raw):
            same.append(uid)
            marks |= {_MARKS[flag.lower()] for flag in facts.get(b"FLAGS", ()) if flag.lower() in _MARKS}
    return Found(folder, same, frozenset(marks)) if same else None


def _size(client: IMAPClient, uid: int) -> int:
    size = client.fetch([uid], ["RFC822.SIZE"]).get(uid, {}).get(b"RFC822.SIZE", -1)
    return size if isinstance(size, int) else -1


def can_be_asked_for(message_id: str) -> bool:
    """Return whether a sender's Message-ID can stand in a search. If not, only the size narrows it down."""
    plain = message_id.isascii() and message_id.isprintable() and not set(message_id) & set('"\\{}')
    return plain and 3 <= len(message_id) <= _LONGEST_ID
