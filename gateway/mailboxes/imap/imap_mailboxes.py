"""Mailboxes of an IMAP server behind the protocol of mailboxes."""

from __future__ import annotations

import time
from dataclasses import dataclass

from imapclient import IMAPClient

from gateway.mailboxes.imap.connecting import told_as_trouble
from gateway.mailboxes.imap.connections import connection
from gateway.mailboxes.imap.finding import SECONDS, Found, copies_in, find_copies
from gateway.mailboxes.imap.folders import Folders, folders_of
from gateway.mailboxes.imap.sent import sent_about
from gateway.mailboxes.protocol import MailboxTrouble, MailCopy, Place
from gateway.routes.route import ImapServer


@dataclass(frozen=True, slots=True)
class ImapMailboxes:
    """The mailboxes of one IMAP server, signed in to as the route says."""

    server: ImapServer

    def find(self, copy: MailCopy) -> Place | None:
        """Return where the copy lies, with its flags and keywords as marks."""
        with told_as_trouble("could not be asked"), connection(self.server, copy.recipient) as client:
            folders = folders_of(client, self.server)
            found = find_copies(client, folders, copy)
            return _place(folders, found) if found is not None else None

    def move(self, copy: MailCopy, folder: str) -> Place | None:
        """Move the copy by UID, and read back that it is in the folder and not where it was.

        MOVE (RFC 6851) is used where the server has it, else COPY and then EXPUNGE of these UIDs. Without UIDPLUS (RFC
        4315) it is EXPUNGE of the folder, and only if nothing else is marked as deleted there. A process that dies
        between the two leaves the copy in both folders; repeating the move finds the one that is left.
        """
        with told_as_trouble("could not move the message"), connection(self.server, copy.recipient) as client:
            folders = folders_of(client, self.server)
            target = folders.name_of(folder)
            found = find_copies(client, folders, copy)
            if found is None:
                return None
            if found.folder != target:
                _move(client, found, target)
                _read_back(client, found, target, copy)
            return _place(folders, found)

    def sent_about(self, copy: MailCopy) -> list[bytes]:
        """Return the beginnings of what its owner sent about the copy."""
        with told_as_trouble("could not be asked for sent mail"), connection(self.server, copy.recipient) as client:
            return sent_about(client, folders_of(client, self.server), copy)


def _place(folders: Folders, found: Found) -> Place:
    return Place(folders.api_name(found.folder), found.marks)


def _move(client: IMAPClient, found: Found, target: str) -> None:
    client.select_folder(found.folder)
    if client.has_capability("MOVE"):
        client.move(found.uids, target)
        return
    by_uid = client.has_capability("UIDPLUS")
    if not by_uid and set(client.search(["DELETED"])) - set(found.uids):
        # EXPUNGE without UIDs would also delete what the owner has only marked.
        raise MailboxTrouble("the IMAP server has neither MOVE nor UIDPLUS, and other mail is marked as deleted there")
    client.copy(found.uids, target)
    client.delete_messages(found.uids)
    if by_uid:
        client.uid_expunge(found.uids)
    else:
        client.expunge()


def _read_back(client: IMAPClient, found: Found, target: str, copy: MailCopy) -> None:
    if copies_in(client, target, copy.message_id, copy.raw(), ends=time.monotonic() + SECONDS) is None:
        raise MailboxTrouble("the IMAP server said that it moved the message, and the folder does not have it")
    client.select_folder(found.folder, readonly=True)
    if set(found.uids) & set(client.search(["UID", ",".join(map(str, found.uids))])):
        raise MailboxTrouble("the IMAP server copied the message, and left it where it was")
