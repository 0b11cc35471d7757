"""What a route says."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

SENT = "Sent"
"""The key of an IMAP server's folder for sent mail, which is no folder of the API."""


class RouteInvalid(ValueError):
    """The file of routes can't be used. The text names the domain, the key, and what is wrong."""


class Delivery(StrEnum):
    """How the mail of a domain is delivered."""

    MAILDIR = "maildir"
    SMTP = "smtp"
    LMTP = "lmtp"


class Tls(StrEnum):
    """Whether a connection is encrypted.

    `NONE` never, `OPPORTUNISTIC` if the server offers it, whatever its certificate; `REQUIRED` always, and the
    certificate is for the host's name.
    """

    NONE = "none"
    OPPORTUNISTIC = "opportunistic"
    REQUIRED = "required"


class MailboxKind(StrEnum):
    """Where the mailboxes of a domain are: what moves, proofs and marks of having been read need."""

    MAILDIR = "maildir"
    IMAP = "imap"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class NextHop:
    """A server that mail is handed on to. `ca_file` names authorities besides the system's."""

    host: str
    port: int
    tls: Tls = Tls.OPPORTUNISTIC
    ca_file: str = ""
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ImapServer:
    """An IMAP server. `login` is a pattern with `{address}` or `{local}` for the user of a mailbox.

    With `master`, that user signs in with SASL PLAIN, and the mailbox's user is the authorization identity. Without,
    the mailbox's user itself signs in, such as `{address}*master` for a master user of Dovecot's.
    `folders` maps the names of the API to the server's; what is not named is looked for by its special use (RFC 6154).
    """

    host: str
    port: int
    tls: str = "required"
    ca_file: str = ""
    login: str = "{address}"
    master: str = ""
    password: str = field(default="", repr=False)
    folders: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Route:
    """The way of one domain's mail. `outbound` says whether what its people send is judged and may be held."""

    domain: str
    delivery: Delivery = Delivery.MAILDIR
    next_hop: NextHop | None = None
    mailboxes: MailboxKind = MailboxKind.MAILDIR
    imap: ImapServer | None = None
    outbound: bool = False


@dataclass(frozen=True, slots=True)
class Routes:
    """All routes. `smart_host` is where mail to other people's domains goes; without it, none is accepted."""

    by_domain: dict[str, Route]
    default: Route = Route("*")
    smart_host: NextHop | None = None

    def of(self, address: str) -> Route:
        """Return the route of an address's domain, else the default one."""
        return self.by_domain.get(address.rpartition("@")[2].casefold(), self.default)
