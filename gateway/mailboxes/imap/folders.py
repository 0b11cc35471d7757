"""Which of a server's folders is meant by a folder of the API."""

from __future__ import annotations

from dataclasses import dataclass

from imapclient import IMAPClient

from gateway.mailboxes.protocol import OTHER, MailboxTrouble, NotSupported
from gateway.routes.route import SENT, ImapServer

INBOX = "Inbox"
_SPECIAL_USE = {"JunkEmail": b"\\junk", "DeletedItems": b"\\trash"}
MOST_FOLDERS = 300


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders of one mailbox: `by_name` from the API's names to the server's, and all that hold mail.

    `sent` is where its owner's programs keep what they sent, or an empty text.
    """

    by_name: dict[str, str]
    holding_mail: list[str]
    sent: str = ""

    def name_of(self, folder: str) -> str:
        """Return the server's name for a folder of the API. Raise NotSupported if the mailbox has none."""
        if folder not in self.by_name:
            raise NotSupported(f"the mailbox has no folder for {folder}: name one in the file of routes")
        return self.by_name[folder]

    def api_name(self, name: str) -> str:
        """Return the API's name for a folder of the server."""
        return next((api for api, theirs in self.by_name.items() if theirs == name), OTHER)

    def in_order(self, likely: str) -> list[str]:
        """Return all folders to look in, the likely one of the API first."""
        first = [self.by_name.get(likely, ""), *self.by_name.values()]
        return [name for name in dict.fromkeys([*first, *self.holding_mail]) if name in self.holding_mail]


def folders_of(client: IMAPClient, server: ImapServer) -> Folders:
    """List the folders of a mailbox. A folder that the route names counts if it is there, and nothing replaces it."""
    found: dict[str, set[bytes]] = {}
    for flags, _, name in client.list_folders():
        text = name if isinstance(name, str) else name.decode("utf-8", "replace")
        found["INBOX" if text.upper() == "INBOX" else text] = {flag.lower() for flag in flags}
    if len(found) > MOST_FOLDERS:
        raise MailboxTrouble("the mailbox has too many folders to look through")
    holding = [name for name, flags in found.items() if not flags & {b"\\noselect", b"\\nonexistent", b"\\all"}]
    by_name = {INBOX: "INBOX"} if "INBOX" in holding else {}
    for api, use in _SPECIAL_USE.items():
        special = [name for name in holding if use in found[name]]
        if special:
            by_name[api] = special[0]
    for api, theirs in server.folders.items():
        by_name.pop(api, None)
        if theirs in holding and api != SENT:
            by_name[api] = theirs
    return Folders(by_name, holding, _sent(server, holding, found))


def _sent(server: ImapServer, holding: list[str], found: dict[str, set[bytes]]) -> str:
    if SENT in server.folders:
        return server.folders[SENT] if server.folders[SENT] in holding else ""
    return next((name for name in holding if b"\\sent" in found[name]), "")
