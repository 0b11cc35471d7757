"""Why each message is in its campaign, from the stored traits of the message and of the one that it is linked to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from investigate.campaigns.grouping.evidence import Evidence, evidence_of
from investigate.campaigns.grouping.traits import Traits
from investigate.campaigns.keys import mine
from investigate.campaigns.models import Campaign, CampaignMessage, HandChange

_LABELS = {
    "text": "the same text",
    "structure": "HTML of the same structure",
    "subject": "the same subject",
    "reply_to": "the same reply address",
    "sender": "the same sender",
    "name": "the same sender's name",
    "ip": "the same server",
    "hop": "the same server before that",
    "hosts": "links to the same domain",
    "paths": "links of the same shape",
    "files": "the same attachment",
    "file_names": "an attachment with a name of the same shape",
}
_WITHOUT_VALUE = frozenset({"text", "structure"})


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that a message has in common with the one it is linked to. `value` comes from mail and may be empty."""

    label: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A message of a campaign. `linked` is the message that it has the reasons in common with, or None.

    `by_hand` is the change that put it here, if one did.
    """

    row: CampaignMessage
    linked: CampaignMessage | None
    reasons: tuple[Reason, ...]
    by_hand: HandChange | None = None


def members_of(campaign: Campaign, rows: Sequence[CampaignMessage], changes: Sequence[HandChange]) -> list[Member]:
    """Return the rows of a campaign with their reasons. `changes` are those by hand that concern it, newest first."""
    names = {row.linked_to for row in rows if row.linked_to}
    linked = {row.investigate_id: row for row in mine(CampaignMessage).filter(investigate_id__in=names)}
    found = []
    for row in rows:
        other = linked.get(row.linked_to)
        reasons = tuple(map(reason_of, evidence_of(traits_from(row), traits_from(other)))) if other else ()
        by_hand = _change(row, changes) if row.group != campaign.key else None
        found.append(Member(row, other, reasons, by_hand))
    return found


def traits_from(row: CampaignMessage) -> Traits:
    """Return the traits that a row stores."""
    return Traits.from_json(row.traits, id=row.investigate_id, at=row.scanned_at, is_threat=row.is_threat)


def reason_of(entry: Evidence) -> Reason:
    """Return how a piece of evidence is said."""
    if entry.kind == "text" and entry.share < 1.0:
        return Reason(f"about {entry.share:.0%} of the words of the text")
    return Reason(_LABELS[entry.kind], "" if entry.kind in _WITHOUT_VALUE else entry.value)


def _change(row: CampaignMessage, changes: Iterable[HandChange]) -> HandChange | None:
    """Return the change that put a message here: one that names it, else the newest merge."""
    named = [change for change in changes if row.investigate_id in change.ids]
    merges = [change for change in changes if change.kind == HandChange.Kind.MERGE]
    return next(iter([*named, *merges]), None)
