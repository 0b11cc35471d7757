"""Input to the classification besides the message: the SMTP envelope and the organisation's configuration."""

from dataclasses import dataclass

from gateway.detect.correspondents import NOBODY, KnownSender


@dataclass(frozen=True, slots=True)
class Envelope:
    """The SMTP envelope: bare addresses, the client's IP address and its HELO name.

    What is unknown is empty. `from_own_peer` says that one of the organisation's own servers handed the message over,
    `is_direct` that a stranger's server did: then all fields of the message are the sender's. `is_tls` says whether it
    came over TLS, None if its fields have to tell. `is_sender_known` is False if `mail_from` is only a guess from the
    header. `received_with` is the protocol by which it came, as Received fields name it.
    """

    mail_from: str = ""
    recipients: tuple[str, ...] = ()
    client_ip: str = ""
    helo: str = ""
    from_own_peer: bool = False
    is_tls: bool | None = None
    is_direct: bool = False
    is_sender_known: bool = True
    received_with: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """What the operator configured about the organisation.

    Domains are in lower case and include their subdomains. `protected_domains` are the organisation's domains whose
    mail is held. `own_domains` are its other domains. `trusted_domains` are partners' domains, which are never reported
    as look-alikes, `recent_domains` partners' domains of one message that may be new. `impersonation_registry` holds
    (name, address) pairs of people whom attackers often impersonate. `is_known_thread` says that the message answers
    one that the gateway has stored (see `pipeline_steps.threads`). `not_checked` says why the gateway itself did not
    check who sent the message, `unanswered` what could not be asked and would decide (see
    `pipeline_steps.authenticating`). `sender` is what was seen of the sender before.
    """

    protected_domains: frozenset[str] = frozenset()
    own_domains: frozenset[str] = frozenset()
    trusted_domains: frozenset[str] = frozenset()
    recent_domains: frozenset[str] = frozenset()
    impersonation_registry: tuple[tuple[str, str], ...] = ()
    is_known_thread: bool = False
    not_checked: str = ""
    unanswered: tuple[str, ...] = ()
    sender: KnownSender = NOBODY

    def is_own(self, domain: str) -> bool:
        """Return whether the domain or one of its parent domains belongs to the organisation."""
        return lies_in(domain, self.protected_domains) or lies_in(domain, self.own_domains)

    def is_trusted(self, domain: str) -> bool:
        """Return whether the domain or one of its parent domains is configured as trusted."""
        return lies_in(domain, self.trusted_domains)


def lies_in(domain: str, domains: frozenset[str]) -> bool:
    """Return whether the domain or one of its parent domains is among the domains."""
    while domain:
        if domain in domains:
            return True
        domain = domain.partition(".")[2]
    return False
