"""Which messages a legal hold names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.models import LegalHold, Message

DATABASE = "gateway"
MATCHED_FIELDS = (
    "id",
    "account_id",
    "investigate_id",
    "envelope_from",
    "from_address",
    "envelope_to",
    "client_recipients",
    "to",
    "cc",
    "scanned_at",
)
"""The fields of a message that holds look at."""


@dataclass(frozen=True, slots=True)
class HoldMatcher:
    """One hold, prepared for many messages."""

    hold: LegalHold
    message_ids: frozenset[str]
    recipients: frozenset[str]
    senders: frozenset[str]

    def matches(self, message: Message) -> bool:
        """Return whether the hold names the message."""
        hold = self.hold
        return (
            message.account_id == hold.account_id
            and (not self.message_ids or message.investigate_id in self.message_ids)
            and (not self.recipients or bool(self.recipients & _addresses(message)))
            and (not self.senders or any(self._is_sender(one) for one in (message.envelope_from, message.from_address)))
            and _is_between(message.scanned_at, hold.since, hold.until)
        )

    def _is_sender(self, address: str) -> bool:
        address = address.casefold()
        if address in self.senders:
            return True
        domain = address.rpartition("@")[2]
        labels = domain.split(".")
        return any(".".join(labels[start:]) in self.senders for start in range(len(labels)))


def matchers(holds: Iterable[LegalHold]) -> list[HoldMatcher]:
    """Return the holds, prepared. One that names nothing at all holds everything, which is the safe side."""
    return [
        HoldMatcher(
            hold,
            frozenset(hold.message_ids),
            frozenset(address.casefold() for address in hold.recipients),
            frozenset(sender.casefold().lstrip("@") for sender in hold.senders),
        )
        for hold in holds
    ]


def active_holds(account_id: str | None = None) -> Sequence[LegalHold]:
    """Return the holds that are in force, of one account or of all."""
    found = LegalHold.objects.using(DATABASE).filter(lifted_at=None)
    return list((found.filter(account_id=account_id) if account_id else found).order_by("-set_at"))


def holds_of(message: Message) -> list[LegalHold]:
    """Return the holds in force that name the message."""
    return [one.hold for one in matchers(active_holds(message.account_id)) if one.matches(message)]


def _addresses(message: Message) -> set[str]:
    lists = (message.envelope_to, message.client_recipients, message.to, message.cc)
    return {str(address).casefold() for addresses in lists for address in addresses}


def _is_between(moment: datetime, since: datetime | None, until: datetime | None) -> bool:
    return (since is None or moment >= since) and (until is None or moment < until)
