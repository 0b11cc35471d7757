"""The data model of a parsed message, and its conversion to and from JSON data."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final, Self


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One mailbox of an address field: decoded display name and bare address.

    Either may be empty.
    """

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Hop:
    """One `Received` field.

    What the field does not say is empty or None. `at` is in UTC.
    """

    from_name: str
    from_ip: str
    by: str
    protocol: str
    for_: str
    at: datetime | None
    raw: str


@dataclass(frozen=True, slots=True)
class AuthResult:
    """One method's result from an `Authentication-Results` field of a trusted server (RFC 8601)."""

    authserv_id: str
    method: str
    result: str
    properties: tuple[tuple[str, str], ...]
    comment: str

    def get(self, name: str) -> str:
        """Return the first property with the name (`ptype.property` in lower case), or an empty string."""
        return next((value for key, value in self.properties if key == name), "")


ONLY_IN_OUTLOOK: Final = "only in Outlook"
ONLY_IN_AMP: Final = "only in AMP"
WITHIN_A_FRAME: Final = "within a frame"
"""The places of links that are no files."""


def place_of_file(name: str) -> str:
    """Return the place of the links in a file: its name, in quotation marks if a place that is no file is called so."""
    return f'"{name}"' if name in {ONLY_IN_OUTLOOK, ONLY_IN_AMP, WITHIN_A_FRAME} else name


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the message.

    `kind` is its origin: an a, area or form element, or plain text (`text`). `hidden` says that the reader can't see
    it. `written` is the address as the message has it, where `href` is not the same. `place` is where it was found:
    empty for the body, else one of the places above or what `place_of_file` returns.
    """

    href: str
    text: str
    kind: str
    hidden: bool = False
    written: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of the message: a part that is no body, or a file within another one.

    Its position in `ParsedMessage.attachments` is its index. `children` are the names that an archive lists.
    `container` is the index of the file that it was found in, None for a part of the message itself.
    `features` are those of `filetypes.FileContents`. `size` is in decoded bytes.
    """

    name: str
    declared_type: str
    detected_type: str
    size: int
    md5: str
    sha1: str
    sha256: str
    content_id: str
    encrypted: bool
    inline: bool
    is_message: bool
    children: tuple[str, ...]
    features: tuple[str, ...]
    container: int | None = None


@dataclass(frozen=True, slots=True)
class ParsedMessage:
    """One message as far as it could be read.

    All text can be stored in PostgreSQL. All times are aware, in UTC. `headers` keeps the order of the message.
    `smtp_helo_server_ip` is the IP address that delivered the mail to the receiving side's first server, and
    `smtp_helo_server_name` the name by which it introduced itself there.
    `smtp_previous_hop_ip` is the public address one hop before it; both are what the fields say. `markup` holds the
    features of the HTML (see `html_reading.read_html`), `html_text` is its visible text, `hidden_text` the text in it
    that is not seen.
    `defects` says in plain words what does not follow the standards or could not be read; `unread` says what of it
    was not read although a mail program might show it, and `contradictions` what mail programs read differently.
    `senders` are all mailboxes with an address that the From fields name: `from_address` is the first of them.
    """

    headers: tuple[tuple[str, str], ...] = ()
    subject: str = ""
    from_address: str = ""
    from_name: str = ""
    reply_to: str = ""
    to: tuple[Mailbox, ...] = ()
    cc: tuple[Mailbox, ...] = ()
    bcc: tuple[Mailbox, ...] = ()
    message_id: str = ""
    sent_at: datetime | None = None
    sent_date: str = ""
    received: tuple[Hop, ...] = ()
    newest_received_at: datetime | None = None
    smtp_helo_server_ip: str = ""
    smtp_helo_server_name: str = ""
    smtp_previous_hop_ip: str = ""
    x_originating_ip: str = ""
    delivered_to: tuple[str, ...] = ()
    list_id: str = ""
    auto_submitted: str = ""
    precedence: str = ""
    list_unsubscribe: str = ""
    text: str = ""
    html: str = ""
    html_text: str = ""
    hidden_text: str = ""
    markup: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    links: tuple[Link, ...] = ()
    edf_hash: str = ""
    text_minhash: str = ""
    htmltext_structure_hash: str = ""
    defects: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    authentication_results: tuple[AuthResult, ...] = ()
    size: int = 0
    senders: tuple[Mailbox, ...] = ()
    contradictions: tuple[str, ...] = ()

    def header(self, name: str) -> str:
        """Return the first value of the header field with this lower-case name, or an empty string."""
        return next((value for key, value in self.headers if key.lower() == name), "")

    @property
    def from_addresses(self) -> tuple[str, ...]:
        """All addresses that the From fields name, the one in `from_address` first."""
        found: dict[str, str] = {}
        for address in [self.from_address, *(mailbox.address for mailbox in self.senders)]:
            found.setdefault(address.lower().rstrip("."), address)
        found.pop("", None)
        return tuple(found.values())

    def to_dict(self) -> dict[str, Any]:
        """Return the message as JSON-compatible data, with times in ISO 8601."""
        return _plain(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Rebuild a message from the data of `to_dict`.

        Raise KeyError or TypeError if the data is not a message.
        """
        values = dict(data)
        for name in ("delivered_to", "markup", "defects", "unread", "contradictions"):
            values[name] = tuple(values[name])
        for name in ("sent_at", "newest_received_at"):
            values[name] = _time(values[name])
        for name in ("to", "cc", "bcc", "senders"):
            values[name] = tuple(Mailbox(**entry) for entry in values[name])
        values["headers"] = tuple((name, value) for name, value in values["headers"])
        values["received"] = tuple(Hop(**{**entry, "at": _time(entry["at"])}) for entry in values["received"])
        values["attachments"] = tuple(_attachment(entry) for entry in values["attachments"])
        values["links"] = tuple(Link(**entry) for entry in values["links"])
        values["authentication_results"] = tuple(_auth_result(entry) for entry in values["authentication_results"])
        return cls(**values)


def _plain(item: Any) -> dict[str, Any]:
    return {field.name: _plain_value(getattr(item, field.name)) for field in fields(item)}


def _plain_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain_value(entry) for entry in value]
    if isinstance(value, (Mailbox, Hop, AuthResult, Link, Attachment)):
        return _plain(value)
    return value


def _time(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def _attachment(entry: dict[str, Any]) -> Attachment:
    return Attachment(**{**entry, "children": tuple(entry["children"]), "features": tuple(entry["features"])})


def _auth_result(entry: dict[str, Any]) -> AuthResult:
    properties = tuple((name, value) for name, value in entry["properties"])
    return AuthResult(**{**entry, "properties": properties})
