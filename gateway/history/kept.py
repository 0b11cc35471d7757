"""What of a message its sender's history keeps: the keys, bounded, and whether the sender is proven."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from gateway.detect.evidence import Evidence
from gateway.detect.folding import fold
from gateway.detect.verdict import BEC, BULK, MALICIOUS, NONE, SPAM, SPOOF
from gateway.mail.domains import domain_of, registrable_domain

CLEAN: Final = frozenset({NONE, BULK})
UNWANTED: Final = frozenset({SPAM})
THREATS: Final = frozenset({MALICIOUS, BEC, SPOOF})
MOST_PEOPLE: Final = 50
"""Recipients of a message whose correspondence is kept."""
LONGEST_ADDRESS: Final = 320
_LONGEST_NAME: Final = 100


@dataclass(frozen=True, slots=True)
class Sender:
    """The sender of a message: bare address and registered domain in lower case, folded display name.

    What is not there, or too long for an address, is empty. `is_own` says that it is one of the organisation's people.
    """

    address: str
    domain: str
    name: str
    is_proven: bool
    is_own: bool


def sender_of(evidence: Evidence) -> Sender:
    """Return the sender of a message."""
    address = address_key(evidence.message.from_address)
    name = evidence.name.strip()
    return Sender(
        address,
        domain_key(address),
        name if 0 < len(name) <= _LONGEST_NAME and " " in name and address else "",
        is_proven=evidence.is_authenticated,
        is_own=evidence.is_internal,
    )


def address_key(address: str) -> str:
    """Return an address as the history names it, empty for none and for one that is too long."""
    address = address.strip("<> ").lower()
    return address if "@" in address.strip("@") and len(address) <= LONGEST_ADDRESS else ""


def domain_key(address: str) -> str:
    """Return the registered domain of an address, or its domain without one."""
    domain = domain_of(address)
    return (registrable_domain(domain) or domain)[:253]


def own_recipients(evidence: Evidence) -> list[str]:
    """Return the organisation's addresses among the recipients, at most `MOST_PEOPLE`, in order."""
    return _sorted(name for name in evidence.envelope.recipients if evidence.context.is_own(domain_of(name)))


def outside_recipients(evidence: Evidence) -> list[str]:
    """Return the outside addresses that the message went to by envelope, To and Cc, as `own_recipients` does."""
    message = evidence.message
    named = [*evidence.envelope.recipients, *(mailbox.address for mailbox in (*message.to, *message.cc))]
    return _sorted(name for name in named if not evidence.context.is_own(domain_of(name)))


def _sorted(addresses: Iterable[str]) -> list[str]:
    keys = dict.fromkeys(key for address in addresses if (key := address_key(address)))
    return sorted(list(keys)[:MOST_PEOPLE])


def name_key(name: str) -> str:
    """Return a display name as the history names it."""
    return fold(name).strip()[:_LONGEST_NAME]
