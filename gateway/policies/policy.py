"""An account's settings in the form in which mail is judged by them."""

from dataclasses import dataclass, field, replace
from typing import Final

from gateway.detect import Context
from gateway.detect.verdict import BEC, MALICIOUS, SPAM, SPOOF
from gateway.policies.expressions import ExpressionTable
from gateway.policies.patterns import host_key
from gateway.policies.table import PatternTable

# What is held for domains that nobody configured.
HELD: Final = frozenset({MALICIOUS, BEC, SPOOF, SPAM})


@dataclass(frozen=True, slots=True)
class Block:
    """A blocked sender's pattern."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Allow:
    """An allow policy: what it exempts from, and whether the sender must be authenticated for it."""

    pattern: str
    trusted_sender: bool
    acceptable_sender: bool
    exempt_recipient: bool
    verify_sender: bool


@dataclass(frozen=True, slots=True)
class Trust:
    """A trusted domain: it may look like one of ours (`similar`), or be newly registered (`recent`)."""

    pattern: str
    similar: bool
    recent: bool


@dataclass(frozen=True, slots=True)
class ContentRule:
    """An enabled content policy; `expression` is looked for anywhere in the parts that it is about."""

    name: str
    expression: str
    subject: bool
    body: bool


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that an account has set.

    `drops` maps a protected domain to the dispositions that are held for it. `people` finds the entries of
    `context.impersonation_registry`, by their index, whose address is given by an expression.
    """

    context: Context = field(default_factory=Context)
    blocked: PatternTable[Block] = field(default_factory=PatternTable)
    allowed: PatternTable[Allow] = field(default_factory=PatternTable)
    trusted: PatternTable[Trust] = field(default_factory=PatternTable)
    people: ExpressionTable[int] = field(default_factory=lambda: ExpressionTable(()))
    content: tuple[ContentRule, ...] = ()
    ignored_urls: ExpressionTable[str] = field(default_factory=lambda: ExpressionTable(()))
    drops: dict[str, frozenset[str]] = field(default_factory=dict)

    def is_held(self, disposition: str, recipient: str) -> bool:
        """Whether mail of this disposition is held for the recipient: by what the nearest protected domain says."""
        domain = host_key(recipient.rpartition("@")[2])
        while domain:
            drops = self.drops.get(domain)
            if drops is not None:
                # What a domain says about malicious mail goes for its one named kind, too.
                return disposition in drops or (disposition == BEC and MALICIOUS in drops)
            domain = domain.partition(".")[2]
        return disposition in HELD

    def context_for(self, sender: str, trusted: frozenset[str]) -> Context:
        """Return what the detectors are told for one message: who its sender may be, which domains to trust."""
        context = self.context
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
