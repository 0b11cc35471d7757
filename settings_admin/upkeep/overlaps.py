"""Find entries that are in each other's way, from the list of entries alone.

Literal entries are found by an index: an address asks for its domain and the domains above, a network for those around
it. Expressions are tried on literals in one set per type, so the work grows with the entries and not with their pairs.
"""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import re2

from policy_patterns.expressions import BadExpression, compiled, options
from settings_admin.entries.entry import Entry
from settings_admin.kinds import ALLOW_POLICIES, BLOCK_SENDERS, TRUSTED_DOMAINS, Kind
from settings_admin.patterns.checking import PatternKind, address_key, host_key, network_key

EXPRESSIONS_AT_MOST: Final = 500
"""Expressions of one kind that are tried on the literals. Those beyond are told as not compared."""
_LABELS_AT_MOST: Final = 127


@dataclass(frozen=True, slots=True)
class Overlap:
    """An entry that another one makes useless, or contradicts. `text` says how, `other` is that entry."""

    entry: Entry
    other: Entry
    text: str
    is_contradiction: bool


@dataclass(slots=True)
class Overlaps:
    """All overlaps, by kind and id of the entry that is in the way. `uncompared` counts expressions left out."""

    found: dict[tuple[str, str], list[Overlap]] = field(default_factory=dict)
    uncompared: int = 0


def overlaps_of(entries: Iterable[Entry]) -> Overlaps:
    """Return what is shadowed or contradicted among allow policies, blocked senders and trusted domains."""
    by_kind: dict[Kind, list[Entry]] = defaultdict(list)
    for one in entries:
        by_kind[one.kind].append(one)
    allowed, blocked = _Index(by_kind[ALLOW_POLICIES]), _Index(by_kind[BLOCK_SENDERS])
    trusted = _Index(by_kind[TRUSTED_DOMAINS])
    result = Overlaps(uncompared=allowed.uncompared + blocked.uncompared + trusted.uncompared)
    for found in (
        *_within(by_kind[ALLOW_POLICIES], allowed, "Shadowed by the allow policy {}, which allows the same and more."),
        *_within(by_kind[BLOCK_SENDERS], blocked, "Shadowed by the blocked sender {}, which blocks it already."),
        *_within(by_kind[TRUSTED_DOMAINS], trusted, "Shadowed by the trusted domain {}, which trusts it already."),
        *_against(by_kind[ALLOW_POLICIES], blocked),
        *_twice(by_kind[TRUSTED_DOMAINS], allowed),
    ):
        result.found.setdefault((found.entry.kind.resource, found.entry.id), []).append(found)
    return result


def _within(entries: Sequence[Entry], index: _Index, text: str) -> Iterator[Overlap]:
    for one in entries:
        wider = next((other for other in index.covering(one) if other.id != one.id and _does_all(other, one)), None)
        if wider is not None:
            yield Overlap(one, wider, text.format(wider.name), is_contradiction=False)


def _against(allowed: Sequence[Entry], blocked: _Index) -> Iterator[Overlap]:
    for one in allowed:
        if not (one.values.get("is_trusted_sender") or one.values.get("is_acceptable_sender")):
            continue
        other = next(blocked.covering(one), None)
        if other is not None:
            text = f"Contradicted by the blocked sender {other.name}: a block wins, so nothing is allowed."
            yield Overlap(one, other, text, is_contradiction=True)


def _twice(trusted: Sequence[Entry], allowed: _Index) -> Iterator[Overlap]:
    for one in trusted:
        whole = (other for other in allowed.covering(one) if _is_open(other))
        if (other := next(whole, None)) is not None:
            text = f"Needless beside the allow policy {other.name}, whose mail passes every detection."
            yield Overlap(one, other, text, is_contradiction=False)


def _is_open(allow: Entry) -> bool:
    return bool(allow.values.get("is_trusted_sender")) and not allow.values.get("verify_sender")


def _does_all(wider: Entry, one: Entry) -> bool:
    """Return whether an entry of the same kind does all that the other one does. Of two equal ones, the older does."""
    flags = {
        ALLOW_POLICIES: ("is_acceptable_sender", "is_exempt_recipient"),
        TRUSTED_DOMAINS: ("is_similarity", "is_recent"),
    }.get(one.kind, ())
    mine, others = one.values, wider.values
    if any(mine.get(flag) and not (others.get(flag) or _is_more(others, flag)) for flag in flags):
        return False
    if one.kind is ALLOW_POLICIES and mine.get("is_trusted_sender") and not others.get("is_trusted_sender"):
        return False
    if one.kind is ALLOW_POLICIES and others.get("verify_sender") and not mine.get("verify_sender"):
        return False
    return _pattern(one) != _pattern(wider) or _age(wider) < _age(one)


def _is_more(values: Any, flag: str) -> bool:
    return flag == "is_acceptable_sender" and bool(values.get("is_trusted_sender"))


def _age(entry: Entry) -> tuple[str, str]:
    return entry.created_at.isoformat() if entry.created_at else "", entry.id


def _type(entry: Entry) -> str:
    return PatternKind.DOMAIN.value if entry.kind is TRUSTED_DOMAINS else str(entry.values.get("pattern_type") or "")


def _pattern(entry: Entry) -> tuple[str, bool, str]:
    text, is_regex = str(entry.values.get("pattern") or ""), bool(entry.values.get("is_regex"))
    return _type(entry), is_regex, text if is_regex else text.casefold()


class _Index:
    """The entries of one kind by what they match."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._domains: dict[str, list[Entry]] = defaultdict(list)
        self._addresses: dict[str, list[Entry]] = defaultdict(list)
        self._networks: dict[Any, list[Entry]] = defaultdict(list)
        self._same: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        expressions = [one for one in entries if one.values.get("is_regex")]
        self.uncompared = max(0, len(expressions) - EXPRESSIONS_AT_MOST)
        for one in entries:
            how, text = _type(one), str(one.values.get("pattern") or "")
            if one.values.get("is_regex"):
                self._same[how, text].append(one)
            elif how == PatternKind.DOMAIN:
                self._domains[host_key(text)].append(one)
            elif how == PatternKind.EMAIL:
                self._addresses[address_key(text)].append(one)
            elif how == PatternKind.IP and (network := network_key(text)) is not None:
                self._networks[network].append(one)
        self._lengths = {(net.version, net.prefixlen) for net in self._networks}
        self._sets = {how: _ExpressionSet(expressions, how) for how in ("EMAIL", "DOMAIN", "IP")}

    def covering(self, entry: Entry) -> Iterator[Entry]:
        """Yield the entries that match all that this one matches, itself included if it is in the index."""
        how, text = _type(entry), str(entry.values.get("pattern") or "")
        if entry.values.get("is_regex"):
            yield from self._same.get((how, text), ())
        elif how == PatternKind.DOMAIN:
            yield from self._above(host_key(text))
        elif how == PatternKind.EMAIL:
            address = address_key(text)
            domain = address.rpartition("@")[2]
            yield from self._addresses.get(address, ())
            yield from self._above(domain)
            yield from self._sets["EMAIL"].matching(address)
            yield from self._sets["DOMAIN"].matching(domain, address)
        elif how == PatternKind.IP and (network := network_key(text)) is not None:
            yield from self._around(network)
            if network.prefixlen == network.max_prefixlen:
                yield from self._sets["IP"].matching(str(network.network_address))

    def _above(self, domain: str) -> Iterator[Entry]:
        labels = domain.split(".")
        for first in range(min(len(labels), _LABELS_AT_MOST)):
            yield from self._domains.get(".".join(labels[first:]), ())

    def _around(self, network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> Iterator[Entry]:
        for version, length in sorted(self._lengths, reverse=True):
            if version == network.version and length <= network.prefixlen:
                yield from self._networks.get(network.supernet(new_prefix=length), ())


class _ExpressionSet:
    """The expressions of one pattern type, which are tried on a text at once."""

    def __init__(self, entries: Sequence[Entry], how: str) -> None:
        mine = [one for one in entries if _type(one) == how][:EXPRESSIONS_AT_MOST]
        self._entries = [one for one in mine if _compiles(str(one.values.get("pattern") or ""))]
        self._set = re2.Set.FullMatchSet(options())
        for one in self._entries:
            self._set.Add(str(one.values.get("pattern") or ""))
        if self._entries:
            self._set.Compile()

    def matching(self, *texts: str) -> Iterator[Entry]:
        """Yield the entries whose expression matches one of the texts as a whole."""
        if not self._entries:
            return
        for at in sorted({at for text in texts for at in self._set.Match(text) or ()}):
            yield self._entries[at]


def _compiles(expression: str) -> bool:
    try:
        compiled(expression)
    except BadExpression:
        return False
    return True
