"""Groups messages that belong together, without comparing each with each.

Messages that share a trait, or four neighbouring values of the MinHash, meet in a bucket. A bucket is sorted by the
MinHash, so that similar texts stand side by side, and each message is compared with the next few. All of that depends
on the set of messages only: the groups are the same in whichever order and in however many parts the messages came.

`groups_joined` lets new messages join the groups there are, by the same buckets and the same evidence, without going
through all messages. What it leaves open, late mail and groups that fall apart, the next `groups_of` puts right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from investigate.campaigns.grouping.evidence import belong_together
from investigate.campaigns.grouping.rarity import Rarity
from investigate.campaigns.grouping.traits import MINHASH_BYTES, Traits

BAND_BYTES = 8
"""Four values of the MinHash: texts with 60 % in common share one of the 16 bands in 9 of 10 cases."""
NEIGHBOURS = 8
"""So many messages that follow in a bucket each message is compared with."""
_MEETING_KINDS = frozenset({"text", "structure", "subject", "reply_to", "hosts", "files"})


@dataclass(frozen=True, slots=True)
class Group:
    """Messages that belong together, oldest first. `links` maps each but the first to the one it was joined to."""

    members: tuple[str, ...]
    links: dict[str, str]


@dataclass(frozen=True, slots=True)
class Joining:
    """Messages that come together by new ones: the `groups` that they connect, none for a new group.

    `members` are the messages that were in no group, oldest first. `links` maps each to the one it was joined to, but
    for the oldest of a new group.
    """

    groups: tuple[str, ...]
    members: tuple[str, ...]
    links: dict[str, str]


def groups_of(messages: Iterable[Traits], rarity: Rarity | None = None) -> list[Group]:
    """Return the groups of two and more messages. `rarity` is that of these messages, if it is known already."""
    rows = _in_order(messages)
    rarity = rarity or Rarity.of(rows)
    forest = _Forest(len(rows))
    for bucket in _buckets(rows):
        if rarity.is_common(len(bucket)):
            # What these messages share is no evidence. Those that belong together meet in a smaller bucket as well.
            continue
        bucket.sort(key=lambda number: (rows[number].minhash, number))
        for place, number in enumerate(bucket):
            for other in bucket[place + 1 : place + 1 + NEIGHBOURS]:
                if forest.root(number) != forest.root(other) and belong_together(rows[number], rows[other], rarity):
                    forest.join(number, other)
    return [_group(rows, members, forest) for members in forest.trees()]


def groups_joined(
    messages: Iterable[Traits], *, fresh: Collection[str], groups: Mapping[str, str], rarity: Rarity
) -> list[Joining]:
    """Return what the messages with the ids `fresh` join, or connect. Only pairs with one of them are compared.

    `groups` maps messages to the keys of their groups, and `rarity` is that of all messages when they were grouped.
    """
    rows = _in_order(messages)
    forest = _Forest(len(rows))
    first: dict[str, int] = {}
    keys = [groups.get(row.id, "") for row in rows]
    for number, key in enumerate(keys):
        if key:
            forest.tie(first.setdefault(key, number), number)
    asked = {number for number, row in enumerate(rows) if row.id in fresh}
    for bucket in _buckets_of(rows, asked, rarity):
        bucket.sort(key=lambda number: (rows[number].minhash, number))
        for place, number in enumerate(bucket):
            if number not in asked:
                continue
            near = bucket[max(0, place - NEIGHBOURS) : place] + bucket[place + 1 : place + 1 + NEIGHBOURS]
            for other in near:
                if forest.root(number) != forest.root(other) and belong_together(rows[number], rows[other], rarity):
                    forest.join(number, other)
    return [_joining(rows, members, keys, forest) for members in forest.trees()]


def _in_order(messages: Iterable[Traits]) -> list[Traits]:
    return sorted({row.id: row for row in messages}.values(), key=lambda row: (row.at, row.id))


def _buckets_of(rows: Sequence[Traits], asked: Collection[int], rarity: Rarity) -> Iterator[list[int]]:
    """Yield the buckets that have one of the messages `asked` in them, without those that are too common."""
    wanted = {key for number in asked for key in _keys(rows[number])}
    met: defaultdict[tuple[str, str | bytes], list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        for key in _keys(row):
            if key in wanted:
                met[key].append(number)
    for (kind, value), bucket in met.items():
        is_common = isinstance(value, str) and rarity.is_common_trait(kind, value)
        if len(bucket) > 1 and not is_common and not rarity.is_common(len(bucket)):
            yield bucket


def _keys(row: Traits) -> Iterator[tuple[str, str | bytes]]:
    """Yield the names of the buckets that a message is in."""
    if row.minhash:
        for start in range(0, MINHASH_BYTES, BAND_BYTES):
            yield f"band {start}", row.minhash[start : start + BAND_BYTES]
    for value in row.values():
        if value[0] in _MEETING_KINDS:
            yield value


def _buckets(rows: Sequence[Traits]) -> Iterator[list[int]]:
    """Yield the numbers of messages that share something, one kind after the other to save memory."""
    for start in range(0, MINHASH_BYTES, BAND_BYTES):
        met: defaultdict[bytes, list[int]] = defaultdict(list)
        for number, row in enumerate(rows):
            if row.minhash:
                met[row.minhash[start : start + BAND_BYTES]].append(number)
        yield from (bucket for bucket in met.values() if len(bucket) > 1)
    by_value: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        for value in row.values():
            if value[0] in _MEETING_KINDS:
                by_value[value].append(number)
    yield from (bucket for bucket in by_value.values() if len(bucket) > 1)


class _Forest:
    """Sets of numbers that are joined one by one, and the joins that made them."""

    def __init__(self, size: int) -> None:
        self._parents = list(range(size))
        self.joins: defaultdict[int, list[int]] = defaultdict(list)

    def root(self, number: int) -> int:
        """Return the smallest number of the set, and shorten the way to it."""
        parents = self._parents
        while parents[number] != number:
            parents[number] = parents[parents[number]]
            number = parents[number]
        return number

    def join(self, one: int, other: int) -> None:
        """Join the sets of two numbers."""
        first, second = sorted((self.root(one), self.root(other)))
        self._parents[second] = first
        self.joins[one].append(other)
        self.joins[other].append(one)

    def tie(self, one: int, other: int) -> None:
        """Put two numbers into one set that were so before: that is no join."""
        first, second = sorted((self.root(one), self.root(other)))
        self._parents[second] = first

    def trees(self) -> Iterator[list[int]]:
        """Yield the joined numbers of each set in ascending order."""
        found: defaultdict[int, list[int]] = defaultdict(list)
        for number in sorted(self.joins):
            found[self.root(number)].append(number)
        yield from found.values()


def _group(rows: Sequence[Traits], members: list[int], forest: _Forest) -> Group:
    """Return the group with each message linked to the one through which it came, seen from the oldest."""
    return Group(tuple(rows[number].id for number in members), _links(rows, [members[0]], forest))


def _joining(rows: Sequence[Traits], members: list[int], keys: Sequence[str], forest: _Forest) -> Joining:
    """Return what comes together, each new member linked to the one through which it came, seen from the groups."""
    known, alone = [number for number in members if keys[number]], [number for number in members if not keys[number]]
    links = _links(rows, known or alone[:1], forest)
    return Joining(
        groups=tuple(sorted({keys[number] for number in known})),
        members=tuple(rows[number].id for number in alone),
        links={rows[number].id: links[rows[number].id] for number in alone if rows[number].id in links},
    )


def _links(rows: Sequence[Traits], begin: Iterable[int], forest: _Forest) -> dict[str, str]:
    """Return through which message each is reached by joins, from those to begin with."""
    links: dict[str, str] = {}
    waiting = list(begin)
    reached = set(waiting)
    while waiting:
        number = waiting.pop()
        for other in forest.joins[number]:
            if other not in reached:
                reached.add(other)
                waiting.append(other)
                links[rows[other].id] = rows[number].id
    return links
