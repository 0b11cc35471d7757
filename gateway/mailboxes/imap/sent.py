"""Finds what the owner of a mailbox sent about a message: in the Sent folder, by In-Reply-To and References."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from imapclient import IMAPClient

from gateway.mailboxes.imap.finding import can_be_asked_for
from gateway.mailboxes.imap.folders import Folders
from gateway.mailboxes.protocol import SENT_AT_MOST, SENT_BYTES, MailboxTrouble, MailCopy, NotSupported

_ZONES = timedelta(days=1)
"""A search by day compares the server's own days."""


def sent_about(client: IMAPClient, folders: Folders, copy: MailCopy) -> list[bytes]:
    """Return the beginnings of sent messages that name the copy's Message-ID. It leaves them as they are."""
    if not folders.sent:
        raise NotSupported("the mailbox has no folder for sent mail")
    if not copy.message_id:
        return []
    if not can_be_asked_for(copy.message_id):
        raise MailboxTrouble("the Message-ID can't stand in a search for sent mail")
    client.select_folder(folders.sent, readonly=True)
    named: list[Any] = ["OR", "HEADER", "In-Reply-To", copy.message_id, "HEADER", "References", copy.message_id]
    uids = sorted(client.search(["SINCE", (copy.arrived_at - _ZONES).date(), *named]))[-SENT_AT_MOST:]
    found = []
    for uid in uids:
        facts = client.fetch([uid], [f"BODY.PEEK[]<0.{SENT_BYTES}>"]).get(uid, {})
        found.append(facts.get(b"BODY[]<0>") or b"")
    return found
