"""An account's settings, compiled for judging mail."""

from dataclasses import dataclass, field, replace
from typing import Final

from gateway.detect import Context
from gateway.detect.verdict import BEC, MALICIOUS, SPAM, SPOOF
from gateway.policies.expressions import ExpressionTable
from gateway.policies.pattern_table import PatternTable
from gateway.policies.patterns import host_key

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
class Policy:
    """All settings of an account.

    `drops` maps a protected domain to the dispositions that are held for it. `people` holds the entries of
    `context.impersonation_registry` whose address is a regular expression, and returns their indexes.
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
        """Return whether mail of this disposition is held for the recipient.

        The settings of the most specific protected domain decide, else `HELD`.
        """
        domain = host_key(recipient.rpartition("@")[2])
        while domain:
            drops = self.drops.get(domain)
            if drops is not None:
                # A setting for MALICIOUS covers MALICIOUS-BEC too.
                return disposition in drops or (disposition == BEC and MALICIOUS in drops)
            domain = domain.partition(".")[2]
        return disposition in HELD

    def context_for(self, sender: str, trusted: frozenset[str]) -> Context:
        """Return the detectors' context for one message.

        The domains in `trusted` are added. Registry entries whose address expression matches `sender` get that address.
        """
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
