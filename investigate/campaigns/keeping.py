"""Keep the groups of messages up to date: group what was read, and remember which group each message is in."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from investigate.campaigns.arranging import campaigns_arrange, newest_report
from investigate.campaigns.grouping.groups import Group, groups_of
from investigate.campaigns.grouping.rarity import Rarity
from investigate.campaigns.grouping.traits import Traits
from investigate.campaigns.joining import messages_join
from investigate.campaigns.keys import key_of, mine
from investigate.campaigns.models import CampaignMessage, Keeping
from investigate.campaigns.reading import keeping_of

MOST_MESSAGES = 200_000
"""So many of the newest messages are grouped."""
LEASE = timedelta(minutes=15)
REST = 10.0
"""A grouping begins no sooner than ten times its own length after the one before, so it takes a tenth of one core."""
MUCH_WAITS, SHORT_REST = 20, 2.0
"""If more than one message in 20 waits for a grouping of all, as after the first reading, it rests twice its length."""
EXACT_AFTER = timedelta(hours=1)
REST_IF_JOINED = 60.0
"""Where new messages joined the groups, all are grouped again after an hour, or 60 times the length of a grouping."""
WRITTEN_AT_ONCE = 300

Placed = tuple[str, str]
"""The key of a message's group and the id of the message that it is linked to; both empty for a message on its own."""


def campaigns_group(*, now_due: bool = False) -> bool:
    """Bring the campaigns up to date. Return False if nothing was due, or another process does it.

    All messages are grouped if that is due: the result depends on the messages only, not on the order in which they
    came. Else new messages join the groups there are, and what changed is counted. With `now_due`, all are grouped
    whatever changed, without a rest. If the process dies, the next one begins again when the lease has expired: what
    was written by then is overwritten, and messages wait until they were placed.
    """
    keeping = keeping_of()
    if not (changed := _has_changed(keeping)) and keeping.reports_to == newest_report():
        return False
    began, clock = timezone.now(), time.monotonic()
    with lease(keeping) as is_ours:
        if not is_ours:
            return False
        if not (now_due and changed) and not _is_due(keeping, began):
            return messages_join()
        report = newest_report()
        number = _group()
        campaigns_arrange()
        _let_go(began)
        mine(Keeping).update(
            grouped_at=began,
            seconds=time.monotonic() - clock,
            messages=number,
            is_cut=number >= MOST_MESSAGES,
            reports_to=report,
        )
    return True


def _has_changed(keeping: Keeping) -> bool:
    """Return whether a grouping of all messages could give anything else than the last one."""
    since = keeping.grouped_at
    told = [at for at in (keeping.changed_at, keeping.joined_at) if at is not None and (since is None or at > since)]
    return bool(told) or mine(CampaignMessage).filter(waits__gt=CampaignMessage.Waits.NOTHING).exists()


def _is_due(keeping: Keeping, now: datetime) -> bool:
    """Return whether all messages are to be grouped now."""
    since, seconds = keeping.grouped_at, keeping.seconds
    if since is None:
        return True
    rest = SHORT_REST if _waiting() * MUCH_WAITS > keeping.messages else REST
    if keeping.changed_at and keeping.changed_at > since and now >= since + timedelta(seconds=rest * seconds):
        return True
    exact_at = since + max(EXACT_AFTER, timedelta(seconds=REST_IF_JOINED * seconds))
    return keeping.joined_at is not None and keeping.joined_at > since and now >= exact_at


def _waiting() -> int:
    """Return how many messages wait to be placed."""
    return int(mine(CampaignMessage).filter(waits=CampaignMessage.Waits.PLACE).count())


def _let_go(began: datetime) -> None:
    """Note that no message waits any more, but for those that were stored meanwhile."""
    waiting = mine(CampaignMessage).filter(waits__gt=CampaignMessage.Waits.NOTHING, seen_at__lte=began)
    while pks := list(waiting.values_list("pk", flat=True)[:WRITTEN_AT_ONCE]):
        CampaignMessage.objects.filter(pk__in=pks, seen_at__lte=began).update(waits=CampaignMessage.Waits.NOTHING)


@contextmanager
def lease(keeping: Keeping) -> Iterator[bool]:
    """Hold the lease on the campaigns while the block runs. Yield whether it was free."""
    now = timezone.now()
    until = now + LEASE
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    if not Keeping.objects.filter(free, pk=keeping.pk).update(lease_until=until):
        yield False
        return
    try:
        yield True
    finally:
        Keeping.objects.filter(pk=keeping.pk, lease_until=until).update(lease_until=None)


def _group() -> int:
    """Group the messages and write the groups that changed. Return the number of messages."""
    columns = ("investigate_id", "scanned_at", "is_threat", "traits", "group", "linked_to")
    rows = mine(CampaignMessage).order_by("-scanned_at", "-id").values_list(*columns)[:MOST_MESSAGES]
    before: dict[str, Placed] = {}
    traits = []
    for name, at, threat, kept, group, linked_to in rows.iterator(chunk_size=2000):
        traits.append(Traits.from_json(kept, id=name, at=at, is_threat=threat))
        if group:
            before[name] = (group, linked_to)
    rarity = Rarity.of(traits)
    after = placed(groups_of(traits, rarity), {name: group for name, (group, _linked) in before.items()})
    _write(before, after)
    mine(Keeping).update(rarity=rarity.to_json())
    return len(traits)


def placed(groups: Sequence[Group], before: dict[str, str]) -> dict[str, Placed]:
    """Return the place of each message that is in a group. `before` maps messages to the keys that they had.

    A key stays with the group that has the most of its messages. A group without one is named after its oldest message.
    """
    claims = sorted(
        (-number, key, place)
        for place, group in enumerate(groups)
        for key, number in Counter(before[name] for name in group.members if name in before).items()
    )
    keys: dict[int, str] = {}
    taken: set[str] = set()
    for _number, key, place in claims:
        if place not in keys and key not in taken:
            keys[place] = key
            taken.add(key)
    found: dict[str, Placed] = {}
    for place, group in enumerate(groups):
        key = keys.get(place) or _free_key(group, taken)
        taken.add(key)
        found |= {name: (key, group.links.get(name, "")) for name in group.members}
    return found


def _free_key(group: Group, taken: set[str]) -> str:
    return next(key for name in group.members if (key := key_of(name)) not in taken)


def _write(before: dict[str, Placed], after: dict[str, Placed]) -> None:
    """Write what changed, in short transactions, so that others who write get their turn."""
    changed = [name for name in before.keys() | after.keys() if before.get(name) != after.get(name)]
    changed.sort()
    for start in range(0, len(changed), WRITTEN_AT_ONCE):
        rows = list(
            mine(CampaignMessage)
            .filter(investigate_id__in=changed[start : start + WRITTEN_AT_ONCE])
            .only("pk", "investigate_id")
        )
        for row in rows:
            row.group, row.linked_to = after.get(row.investigate_id, ("", ""))
        with transaction.atomic():
            CampaignMessage.objects.bulk_update(rows, ["group", "linked_to"])
