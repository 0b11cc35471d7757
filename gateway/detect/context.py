"""What a judgement is made with besides the message itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Envelope:
    """The SMTP transaction: bare addresses, the client's IP and the name it gave. Unknown is empty."""

    mail_from: str = ""
    recipients: tuple[str, ...] = ()
    client_ip: str = ""
    helo: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """What the operator has told about the organisation. Domains are in lower case and stand for their subdomains too.

    `protected_domains` are the organisation's own that mail is held for, `own_domains` further ones that are its own,
    `trusted_domains` are partners that may look like another. `impersonation_registry` holds (name, address) of the
    people whose names attackers like to use.
    """

    protected_domains: frozenset[str] = frozenset()
    own_domains: frozenset[str] = frozenset()
    trusted_domains: frozenset[str] = frozenset()
    impersonation_registry: tuple[tuple[str, str], ...] = ()

    def is_own(self, domain: str) -> bool:
        """Whether a domain, or one that it lies in, belongs to the organisation."""
        return lies_in(domain, self.protected_domains) or lies_in(domain, self.own_domains)

    def is_trusted(self, domain: str) -> bool:
        """Whether a domain, or one that it lies in, was named as trusted."""
        return lies_in(domain, self.trusted_domains)


def lies_in(domain: str, domains: frozenset[str]) -> bool:
    """Whether a domain, or one that it lies in, is among the domains."""
    while domain:
        if domain in domains:
            return True
        domain = domain.partition(".")[2]
    return False
