"""An account's settings, compiled for judging mail."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from gateway.detect import Context
from gateway.detect.context import lies_in
from gateway.detect.verdict import BEC, MALICIOUS, SPAM, SPOOF
from gateway.policies.expressions import ExpressionTable
from gateway.policies.pattern_table import PatternTable
from gateway.policies.patterns import Network, host_key

# The dispositions that are held for recipients of domains without settings.
HELD: Final = frozenset({MALICIOUS, BEC, SPOOF, SPAM})


@dataclass(frozen=True, slots=True)
class Block:
    """A blocked sender's pattern."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Allow:
    """An allow policy: what it exempts from, and whether the sender must be authenticated."""

    pattern: str
    trusted_sender: bool
    acceptable_sender: bool
    exempt_recipient: bool
    verify_sender: bool


@dataclass(frozen=True, slots=True)
class Trust:
    """A trusted domain. It may resemble a protected one (`similar`) or be newly registered (`recent`)."""

    pattern: str
    similar: bool
    recent: bool


@dataclass(frozen=True, slots=True)
class ContentRule:
    """An enabled content policy. `expression` may match anywhere in the subject or the body, as the flags say."""

    name: str
    expression: str
    subject: bool
    body: bool


@dataclass(frozen=True, slots=True)
class Receiving:
    """How mail for a protected domain has to come.

    `networks` are the only servers that may hand it over, all if there are none. `lookback` is the number of the
    organisation's own servers before this one, None if their Received fields are to tell.
    """

    networks: tuple[Network, ...] = ()
    needs_tls: bool = False
    lookback: int | None = None


_ANYHOW: Final = Receiving()
T = TypeVar("T")


def _nearest(by_domain: Mapping[str, T], address: str) -> T | None:
    domain = host_key(address.rpartition("@")[2])
    while domain:
        found = by_domain.get(domain)
        if found is not None:
            return found
        domain = domain.partition(".")[2]
    return None


@dataclass(frozen=True, slots=True)
class Policy:
    """All settings of an account.

    `drops` maps a protected domain to the dispositions that are held for it, `receiving` to how its mail has to come.
    `tls_senders` maps a sending domain that has to use TLS to its subdomains that need not. `people` holds the entries
    of `context.impersonation_registry` whose address is a regular expression, and returns their indexes.
    """

    context: Context = field(default_factory=Context)
    blocked: PatternTable[Block] = field(default_factory=PatternTable)
    allowed: PatternTable[Allow] = field(default_factory=PatternTable)
    trusted: PatternTable[Trust] = field(default_factory=PatternTable)
    people: ExpressionTable[int] = field(default_factory=lambda: ExpressionTable(()))
    content: tuple[ContentRule, ...] = ()
    ignored_urls: ExpressionTable[str] = field(default_factory=lambda: ExpressionTable(()))
    drops: dict[str, frozenset[str]] = field(default_factory=dict)
    receiving: dict[str, Receiving] = field(default_factory=dict)
    tls_senders: dict[str, frozenset[str]] = field(default_factory=dict)

    def is_held(self, disposition: str, recipient: str) -> bool:
        """Return whether mail of this disposition is held for the recipient.

        The settings of the most specific protected domain decide, else `HELD`.
        """
        drops = _nearest(self.drops, recipient)
        if drops is None:
            return disposition in HELD
        # A setting for MALICIOUS covers MALICIOUS-BEC too.
        return disposition in drops or (disposition == BEC and MALICIOUS in drops)

    def receiving_of(self, recipient: str) -> Receiving:
        """Return how mail for the recipient has to come, by the most specific protected domain."""
        return _nearest(self.receiving, recipient) or _ANYHOW

    def sender_needs_tls(self, address: str) -> bool:
        """Return whether mail of the sender has to come over TLS."""
        domain = host_key(address.rpartition("@")[2])
        return any(
            lies_in(domain, frozenset({sender})) and not lies_in(domain, excluded)
            for sender, excluded in self.tls_senders.items()
        )

    def context_for(self, sender: str, trusted: frozenset[str], recent: frozenset[str] = frozenset()) -> Context:
        """Return the detectors' context for one message.

        The domains in `trusted` are added, and `recent` as those that may be new. Registry entries whose address
        expression matches `sender` get that address.
        """
        context = replace(self.context, recent_domains=recent) if recent else self.context
        if trusted:
            context = replace(context, trusted_domains=context.trusted_domains | trusted)
        theirs = set(self.people.find(sender.lower())) if self.people and sender else set()
        if theirs:
            registry = tuple(
                (name, sender if index in theirs else email)
                for index, (name, email) in enumerate(context.impersonation_registry)
            )
            context = replace(context, impersonation_registry=registry)
        return context
