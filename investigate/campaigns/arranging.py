"""Make campaigns of the groups: apply what people changed by hand, then count and store each campaign."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from investigate.campaigns.keys import backend_columns, key_of, mine
from investigate.campaigns.models import Campaign, CampaignMessage, HandChange
from investigate.reviews.models import Submission

WRITTEN_AT_ONCE = 300
FEWEST_MESSAGES = 2
THREAT_SHARE, REPORTED_SHARE = 5, 10
"""A campaign is one of threats if a fifth of it is judged so, or a tenth was reported. One reported copy makes none of
a newsletter."""
NOT_JUDGED = "NONE"
"""Disposition under which messages are counted that have none."""

Partition = dict[str, list[str]]
"""The ids of the messages of each campaign by its key."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change by hand: the number of its row, its kind and the ids of its messages."""

    number: int
    kind: str
    ids: tuple[str, ...]


def apply_changes(groups: Partition, changes: Iterable[Change]) -> Partition:
    """Return the campaigns that follow from the groups and the changes, which are applied in the order they were made.

    A merge moves the messages of the second campaign into the first. Messages that are not there any more are ignored.
    """
    campaigns = {key: list(ids) for key, ids in groups.items()}
    where = {name: key for key, ids in campaigns.items() for name in ids}
    for change in changes:
        if change.kind == HandChange.Kind.SPLIT:
            _move(campaigns, where, change.ids, key_of(f"split {change.number}"))
        elif len(change.ids) == FEWEST_MESSAGES and all(name in where for name in change.ids):
            into, away = (where[name] for name in change.ids)
            if into != away:
                _move(campaigns, where, tuple(campaigns[away]), into)
    return {key: ids for key, ids in campaigns.items() if ids}


def _move(campaigns: Partition, where: dict[str, str], names: Iterable[str], key: str) -> None:
    moved = [name for name in names if name in where]
    for name in moved:
        campaigns[where[name]].remove(name)
        where[name] = key
    campaigns.setdefault(key, []).extend(moved)


_COLUMNS = (
    "pk", "investigate_id", "group", "campaign_id", "scanned_at", "subject", "recipients", "disposition",
    "is_threat", "is_quarantined", "is_moved", "postfix_id", "joined_at",
)  # fmt: skip


def campaigns_arrange() -> None:
    """Bring the campaigns in line with the groups and the changes. Only what differs is written, in short transactions.

    If the process dies in between, the next call does the rest. Hold the lease (`keeping.lease`).
    """
    # Messages without a group, such as those of a group that fell apart, are in no campaign.
    alone = mine(CampaignMessage).filter(group="").exclude(campaign=None)
    while pks := list(alone.values_list("pk", flat=True)[:WRITTEN_AT_ONCE]):
        CampaignMessage.objects.filter(pk__in=pks).update(campaign=None, joined_at=None)
    rows = {row.investigate_id: row for row in mine(CampaignMessage).exclude(group="").only(*_COLUMNS)}
    reported = set(_user_reports().values_list("original_postfix_id", flat=True))
    _arrange(rows, _changes(), reported, {row.key: row for row in mine(Campaign)})


def campaigns_arrange_some(keys: Collection[str]) -> None:
    """Bring the campaigns of these groups in line with them, as `campaigns_arrange` does with all.

    A change by hand that names a message of them may concern other groups: then all are arranged.
    """
    rows: dict[str, CampaignMessage] = {}
    known: dict[str, Campaign] = {}
    for part in _parts(sorted(keys)):
        rows |= {row.investigate_id: row for row in mine(CampaignMessage).filter(group__in=part).only(*_COLUMNS)}
        known |= {row.key: row for row in mine(Campaign).filter(key__in=part)}
    changes = _changes()
    if any(not rows.keys().isdisjoint(change.ids) for change in changes):
        campaigns_arrange()
        return
    reported: set[str] = set()
    for part in _parts([row.postfix_id for row in rows.values() if row.postfix_id]):
        found = _user_reports().filter(original_postfix_id__in=part)
        reported.update(found.values_list("original_postfix_id", flat=True))
    _arrange(rows, [], reported, known)


def newest_report() -> int:
    """Return the key of the newest mirrored submission, 0 if there is none."""
    return mine(Submission).order_by("-pk").values_list("pk", flat=True).first() or 0


def _user_reports() -> QuerySet[Submission]:
    found: QuerySet[Submission] = mine(Submission).filter(type__iexact="user").exclude(original_postfix_id="")
    return found


def _changes() -> list[Change]:
    return [Change(row.pk, row.kind, tuple(row.ids)) for row in mine(HandChange).filter(undone_at=None)]


def _parts(values: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(values), WRITTEN_AT_ONCE):
        yield values[start : start + WRITTEN_AT_ONCE]


def _arrange(
    rows: dict[str, CampaignMessage], changes: Iterable[Change], reported: set[str], known: dict[str, Campaign]
) -> None:
    """Store the campaigns of these rows. Delete those of `known`, by key, that have no messages any more."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for name, row in rows.items():
        groups[row.group].append(name)
    now = timezone.now()
    for key, names in apply_changes(groups, changes).items():
        _store(known.pop(key, None), key, [rows[name] for name in names], reported, now)
    for empty in known.values():
        empty.delete()


def _store(
    campaign: Campaign | None, key: str, members: list[CampaignMessage], reported: set[str], now: datetime
) -> None:
    """Store a campaign and its members in one transaction, as far as they differ."""
    figures = figures_of(members, reported)
    with transaction.atomic():
        if campaign is None:
            campaign = Campaign.objects.create(
                **backend_columns(), key=key, **figures, grown_at=now, grown_by=len(members)
            )
        joined = [row.pk for row in members if row.campaign_id != campaign.pk]
        if len(joined) < len(members) and joined:
            figures |= {"grown_at": now, "grown_by": len(joined)}
        if any(getattr(campaign, name) != value for name, value in figures.items()):
            Campaign.objects.filter(pk=campaign.pk).update(**figures)
        for start in range(0, len(joined), WRITTEN_AT_ONCE):
            CampaignMessage.objects.filter(pk__in=joined[start : start + WRITTEN_AT_ONCE]).update(
                campaign=campaign, joined_at=now
            )


def figures_of(members: list[CampaignMessage], reported: set[str]) -> dict[str, Any]:
    """Return the columns of a campaign that are counted from its messages. `reported` are postfix ids."""
    oldest = min(members, key=lambda row: (row.scanned_at, row.investigate_id))
    told = sum(row.postfix_id in reported for row in members)
    threats = sum(row.is_threat for row in members)
    return {
        "title": oldest.subject,
        "size": len(members),
        "recipients": len({name.casefold() for row in members for name in row.recipients}),
        "dispositions": dict(Counter(row.disposition or NOT_JUDGED for row in members)),
        "reported": told,
        "threat_percent": ceil(100 * threats / len(members)),
        "left": sum(row.is_left for row in members),
        "is_threat": threats * THREAT_SHARE >= len(members) or told * REPORTED_SHARE >= len(members),
        "first_at": oldest.scanned_at,
        "last_at": max(row.scanned_at for row in members),
    }
