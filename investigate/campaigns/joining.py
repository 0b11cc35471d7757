"""Let new messages join the groups there are, and count anew what changed, without going through all messages.

New messages are compared with the newest ones, and with the newest of each earlier campaign of threats, by the same
buckets and the same evidence as in a grouping of all. What that can't decide makes a grouping of all due: mail that
came late, or more than can be placed at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone

from investigate.campaigns.arranging import campaigns_arrange_some, newest_report
from investigate.campaigns.grouping.groups import Joining, groups_joined
from investigate.campaigns.grouping.rarity import Rarity
from investigate.campaigns.grouping.traits import Traits
from investigate.campaigns.keys import backend_columns, key_of, mine
from investigate.campaigns.models import Campaign, CampaignMessage, Keeping
from investigate.reviews.models import Submission

NEWEST = 10_000
"""So many of the newest messages are compared with the new ones."""
OLDER_CAMPAIGNS = 1000
PLACED_AT_MOST = 3000
"""If more wait, a grouping of all takes hardly longer."""
AT_ONCE = 300


def messages_join() -> bool:
    """Place the messages that wait, and count what changed. Return whether there was anything. Hold the lease.

    If the process dies, the messages wait on: what was placed stays so, and its campaigns are counted the next time.
    """
    began, report = timezone.now(), newest_report()
    placed, keys = _placed()
    counted = list(mine(CampaignMessage).filter(waits=CampaignMessage.Waits.COUNT).values_list("pk", "group"))
    keys |= {group for _pk, group in counted} | _reported(report)
    keys.discard("")
    if keys:
        campaigns_arrange_some(keys)
    pks = [*placed, *(pk for pk, _group in counted)]
    for start in range(0, len(pks), AT_ONCE):
        # What was stored meanwhile waits for the next time.
        done = CampaignMessage.objects.filter(pk__in=pks[start : start + AT_ONCE], seen_at__lte=began)
        done.update(waits=CampaignMessage.Waits.NOTHING)
    mine(Keeping).update(reports_to=report)
    return bool(keys or pks)


def _placed() -> tuple[list[int], set[str]]:
    """Place the new messages. Return the keys of their rows, and those of the groups that changed."""
    waiting = mine(CampaignMessage).filter(waits=CampaignMessage.Waits.PLACE)
    in_order = mine(CampaignMessage).order_by("-scanned_at", "-id")
    since = in_order.values_list("scanned_at", flat=True)[NEWEST - 1 : NEWEST].first()
    recent = waiting.filter(scanned_at__gte=since) if since else waiting
    fresh = dict(recent.values_list("investigate_id", "pk")[: PLACED_AT_MOST + 1])
    keeping = Keeping.objects.get(**backend_columns())
    can_join = bool(keeping.rarity) and len(fresh) <= PLACED_AT_MOST
    if (fresh and not can_join) or (since and waiting.filter(scanned_at__lt=since).exists()):
        _demand_all(keeping)
    if not fresh or not can_join:
        return [], set()
    rows = list(in_order.values_list(*_COLUMNS)[:NEWEST])
    if since:
        rows += _newest_of_older_campaigns(since)
    traits = [Traits.from_json(kept, id=name, at=at, is_threat=threat) for name, at, threat, kept, _group in rows]
    groups = {row[0]: row[4] for row in rows if row[4]}
    # A worker that died may have placed some of them already, without having counted them.
    changed = {groups[name] for name in fresh if name in groups}
    for joining in groups_joined(traits, fresh=fresh, groups=groups, rarity=Rarity.from_json(keeping.rarity)):
        changed |= _write(joining)
    mine(Keeping).update(joined_at=timezone.now(), messages=mine(CampaignMessage).count())
    return list(fresh.values()), changed


_COLUMNS = ("investigate_id", "scanned_at", "is_threat", "traits", "group")


def _newest_of_older_campaigns(since: datetime) -> list[tuple[Any, ...]]:
    newest = CampaignMessage.objects.filter(campaign=OuterRef("pk")).order_by("-scanned_at", "-id").values("pk")[:1]
    older = mine(Campaign).filter(Q(is_threat=True) | Q(reported__gt=0), last_at__lt=since).order_by("-last_at", "-id")
    pks = list(older.annotate(newest=Subquery(newest)).values_list("newest", flat=True)[:OLDER_CAMPAIGNS])
    rows: list[tuple[Any, ...]] = []
    for start in range(0, len(pks), AT_ONCE):
        rows += CampaignMessage.objects.filter(pk__in=pks[start : start + AT_ONCE]).values_list(*_COLUMNS)
    return rows


def _demand_all(keeping: Keeping) -> None:
    """Make a grouping of all messages due, unless one is."""
    if keeping.grouped_at is None or keeping.changed_at is None or keeping.changed_at <= keeping.grouped_at:
        mine(Keeping).update(changed_at=timezone.now())


@transaction.atomic
def _write(joining: Joining) -> set[str]:
    """Write one group's new members, and what becomes one with it. Return the keys of the groups that changed.

    As in a grouping of all, the key stays with the group that has the most messages.
    """
    sizes = dict(
        mine(CampaignMessage)
        .filter(group__in=joining.groups)
        .values_list("group")
        .annotate(number=Count("pk"))
        .values_list("group", "number")
    )
    key = min(sizes, key=lambda one: (-sizes[one], one)) if sizes else _free_key(joining)
    for other in sizes:
        if other != key:
            mine(CampaignMessage).filter(group=other).update(group=key)
    rows = list(mine(CampaignMessage).filter(investigate_id__in=joining.members).only("pk", "investigate_id"))
    for row in rows:
        row.group, row.linked_to = key, joining.links.get(row.investigate_id, "")
    CampaignMessage.objects.bulk_update(rows, ["group", "linked_to"], batch_size=AT_ONCE)
    return {key, *sizes}


def _free_key(joining: Joining) -> str:
    keys = [key_of(name) for name in joining.members]
    taken = set(mine(Campaign).filter(key__in=keys).values_list("key", flat=True))
    taken |= set(mine(CampaignMessage).filter(group__in=keys).values_list("group", flat=True))
    return next(key for key in keys if key not in taken)


def _reported(newest: int) -> set[str]:
    """Return the groups of which messages were reported since the last time."""
    counted = Keeping.objects.only("reports_to").get(**backend_columns()).reports_to
    new = mine(Submission).filter(pk__gt=counted, pk__lte=newest, type__iexact="user").exclude(original_postfix_id="")
    return set(_groups_of_posts(new.values_list("original_postfix_id", flat=True).iterator(chunk_size=2000)))


def _groups_of_posts(posts: Iterator[str]) -> Iterator[str]:
    part: list[str] = []
    for post in posts:
        part.append(post)
        if len(part) == AT_ONCE:
            yield from _groups_among(part)
            part = []
    yield from _groups_among(part)


def _groups_among(posts: list[str]) -> Iterator[str]:
    rows = mine(CampaignMessage).filter(postfix_id__in=posts).exclude(postfix_id="").exclude(group="")
    yield from rows.values_list("group", flat=True).distinct()
