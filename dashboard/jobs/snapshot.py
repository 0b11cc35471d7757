"""Snapshot of a message as it was when it was selected. It stays the same from the preview to the job's end."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from api_client.models import Message
from dashboard.jobs.message_location import place_of

LONGEST_ID = 255
LONGEST_SUBJECT = 300
MOST_RECIPIENTS = 500

POSTFIX_ID = re.compile(r"(.+?)-\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}-.+")
WRITTEN_TIME = re.compile(r"-(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)-")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One selected message. Everything but the id may be unknown.

    `received` is in ISO 8601 format with offset. `place` is a folder or HELD (see `dashboard.jobs.message_location`).
    """

    id: str
    postfix_id: str = ""
    message_id: str = ""
    subject: str = ""
    sender: str = ""
    sender_name: str = ""
    recipients: tuple[str, ...] = ()
    disposition: str = ""
    status: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    is_quarantined: bool | None = None
    place: str = ""
    received: str = ""

    @classmethod
    def of(cls, message: Message) -> Snapshot:
        """Return the snapshot of a message from the API."""
        return cls(
            id=message.id,
            postfix_id=message.postfix_id or _postfix_id_in(message.id),
            message_id=message.message_id or "",
            subject=(message.subject or "")[:LONGEST_SUBJECT],
            sender=message.from_ or message.envelope_from or "",
            sender_name=(message.from_name or "")[:LONGEST_SUBJECT],
            recipients=tuple(message.client_recipients[:MOST_RECIPIENTS]),
            disposition=message.final_disposition or "",
            status=tuple(message.delivery_status or ()),
            operations=tuple(message.post_delivery_operations or ()),
            is_quarantined=message.is_quarantined,
            place=place_of(message),
            received=message.scanned_at.isoformat() if message.scanned_at else "",
        )

    @classmethod
    def from_json(cls, investigate_id: str, kept: dict[str, Any]) -> Snapshot:
        """Return the snapshot that `to_json` encoded. Fields that this version does not know are ignored."""
        known = {name: kept[name] for name in cls.__slots__ if name in kept and name != "id"}
        for name in ("recipients", "status", "operations"):
            known[name] = tuple(known.get(name) or ())
        return cls(id=investigate_id, **known)

    def to_json(self) -> dict[str, Any]:
        """Return all known fields except the id."""
        return {name: value for name, value in asdict(self).items() if name != "id" and value not in ("", (), None)}

    @property
    def received_at(self) -> datetime | None:
        """Return when the message was received, or None if that is unknown."""
        return datetime.fromisoformat(self.received) if self.received else None

    @property
    def scanned_at(self) -> datetime | None:
        """Return when the message was received: from the API, else from the id to the second, else None."""
        if self.received:
            return self.received_at
        written = WRITTEN_TIME.search(self.id)
        return datetime.fromisoformat(f"{written.group(1)}+00:00") if written else None

    @property
    def names(self) -> set[str]:
        """Return every name by which the API's answers may refer to this message: id, postfix id, Message-ID."""
        names = {self.id, self.postfix_id, _postfix_id_in(self.id)}
        if self.message_id:
            bare = self.message_id.strip().strip("<>")
            names |= {self.message_id, bare, f"<{bare}>"}
        return names - {""}


def _postfix_id_in(investigate_id: str) -> str:
    """Return the postfix id that an investigate id begins with, or an empty string."""
    derived = POSTFIX_ID.fullmatch(investigate_id)
    return derived.group(1) if derived else ""


def deduplicate(snapshots: Iterable[Snapshot]) -> list[Snapshot]:
    """Return each message once, in the order of the first occurrences."""
    kept: dict[str, Snapshot] = {}
    for snapshot in snapshots:
        kept.setdefault(snapshot.id, snapshot)
    return list(kept.values())
