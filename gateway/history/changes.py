"""What a message that is being stored adds to the history of senders, as rows that are written by one statement each.

Rows are in the order of their keys, so that two writers never wait for each other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from gateway.detect.evidence import Evidence
from gateway.history.kept import (
    CLEAN,
    THREATS,
    UNWANTED,
    Sender,
    domain_key,
    outside_recipients,
    own_recipients,
    sender_of,
)
from gateway.models import Message, SenderHistory

COUNTED: Final = {"judged_clean": CLEAN, "unwanted": UNWANTED, "threats": THREATS}


@dataclass(frozen=True, slots=True, order=True)
class SenderChange:
    """One more message of an address or a domain. Only proven mail is counted by its verdict."""

    account_id: str
    kind: str
    key: str
    moment: datetime = field(compare=False)
    proven_first: datetime | None = field(compare=False)
    judged_clean: int = field(compare=False)
    unwanted: int = field(compare=False)
    threats: int = field(compare=False)


@dataclass(frozen=True, slots=True, order=True)
class NameChange:
    """One more clean, proven message of a name with an address."""

    account_id: str
    name: str
    address: str
    moment: datetime = field(compare=False)


@dataclass(frozen=True, slots=True, order=True)
class LetterChange:
    """One more message between an outside address and an own one: `sent` is 1 for an own message, 0 for one received.

    `week` is year and week of an own message, 0 of others.
    """

    account_id: str
    other: str
    own: str
    other_domain: str = field(compare=False)
    moment: datetime = field(compare=False)
    sent: int = field(compare=False)
    week: int = field(compare=False)


@dataclass(frozen=True, slots=True, order=True)
class HourChange:
    """One more message to a recipient in an hour since 1970."""

    account_id: str
    recipient: str
    hour: int


@dataclass(frozen=True, slots=True)
class Changes:
    """All that one message, or several, add to the history."""

    hours: Sequence[HourChange] = ()
    senders: Sequence[SenderChange] = ()
    letters: Sequence[LetterChange] = ()
    names: Sequence[NameChange] = ()


def changes_of(message: Message, evidence: Evidence) -> Changes:
    """Return what a message that is being stored adds."""
    sender, moment = sender_of(evidence), message.scanned_at
    recipients = own_recipients(evidence)
    account_id, hour = message.account_id, int(moment.timestamp()) // 3600
    hours = [HourChange(account_id, recipient, hour) for recipient in recipients]
    is_clean = message.final_disposition in CLEAN
    # Whoever only claims to be one of the organisation's people is none of its correspondents.
    if not sender.address or (not sender.is_own and evidence.context.is_own(evidence.from_domain)):
        return Changes(hours)
    senders: list[SenderChange] = []
    letters: list[LetterChange] = []
    if not sender.is_own:
        senders = [_sender_change(message, sender, kind, key) for kind, key in keys_of(sender)]
    if is_clean and sender.is_own:
        letters = [_letter(account_id, other, sender.address, moment, 1) for other in outside_recipients(evidence)]
    elif is_clean and sender.is_proven:
        letters = [_letter(account_id, sender.address, own, moment, 0) for own in recipients]
    is_named = is_clean and sender.is_proven and sender.name
    names = [NameChange(account_id, sender.name, sender.address, moment)] if is_named else []
    return Changes(hours, senders, letters, names)


def together(changes: Iterable[Changes]) -> Changes:
    """Return the changes of several messages as one. Those of the same key stay in the order of the messages."""
    every = list(changes)
    return Changes(
        sorted(one for some in every for one in some.hours),
        sorted(one for some in every for one in some.senders),
        sorted(one for some in every for one in some.letters),
        sorted(one for some in every for one in some.names),
    )


def keys_of(sender: Sender) -> list[tuple[str, str]]:
    """Return the (kind, key) pairs of the rows of a sender: its address, and its domain."""
    keys = [(SenderHistory.Kind.ADDRESS.value, sender.address), (SenderHistory.Kind.DOMAIN.value, sender.domain)]
    return [(kind, key) for kind, key in keys if key]


def _sender_change(message: Message, sender: Sender, kind: str, key: str) -> SenderChange:
    disposition, moment = message.final_disposition, message.scanned_at
    clean, unwanted, threats = (
        int(sender.is_proven and disposition in dispositions) for dispositions in COUNTED.values()
    )
    return SenderChange(message.account_id, kind, key, moment, moment if clean else None, clean, unwanted, threats)


def _letter(account_id: str, other: str, own: str, moment: datetime, sent: int) -> LetterChange:
    year, number, _day = moment.isocalendar()
    return LetterChange(account_id, other, own, domain_key(other), moment, sent, year * 100 + number if sent else 0)
