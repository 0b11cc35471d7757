"""Which mailboxes a recipient has, as the routes say."""

from __future__ import annotations

from functools import partial

from gateway.delivery.ledger import file_name
from gateway.delivery.maildir_mailboxes import MaildirMailboxes
from gateway.mailboxes.imap.imap_mailboxes import ImapMailboxes
from gateway.mailboxes.none import NoMailboxes
from gateway.mailboxes.protocol import Mailboxes, MailCopy
from gateway.models import Delivery, Message
from gateway.routes.current import routes
from gateway.routes.route import MailboxKind, RouteInvalid
from gateway.store.raw_mail import read_raw


def mailboxes_of(recipient: str) -> Mailboxes:
    """Return the mailboxes that the copy of a recipient lies in."""
    try:
        route = routes().of(recipient)
    except RouteInvalid as error:
        return NoMailboxes(f"the file of routes is not valid: {error}")
    if route.mailboxes == MailboxKind.MAILDIR:
        return MaildirMailboxes()
    if route.mailboxes == MailboxKind.IMAP and route.imap is not None:
        return ImapMailboxes(route.imap)
    return NoMailboxes("the gateway knows no mailboxes of this domain")


def copy_of(delivery: Delivery, message: Message) -> MailCopy:
    """Return what the copy of a row of the ledger is recognised by."""
    return MailCopy(
        recipient=delivery.recipient,
        name=file_name(delivery, message),
        message_id=message.message_id,
        folder=delivery.folder,
        arrived_at=message.scanned_at,
        raw=partial(_raw, message),
    )


def _raw(message: Message) -> bytes:
    return read_raw(message.raw)
