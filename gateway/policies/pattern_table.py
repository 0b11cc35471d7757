"""Pattern table: finds the matching patterns by hash lookup, so that 20,000 literal ones cost as much as one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from gateway.mail.web_address import spellings
from gateway.policies.expressions import ExpressionTable
from gateway.policies.patterns import PatternType, address_key, host_key, network_key
from policy_patterns.senders import ADDRESSES, LITERAL, Place, tried_texts

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pattern(Generic[T]):
    """A pattern, and the policy (`owner`) that it belongs to."""

    text: str
    kind: PatternType
    is_regex: bool
    owner: T


class PatternTable(Generic[T]):
    """Table of patterns that finds which of them match a sender identity, an email address, a domain or an IP.

    A literal domain matches its subdomains too. An expression has to match the whole value. What of a sender identity
    expressions are tried on is told in `policy_patterns.senders`.
    """

    def __init__(self, patterns: Iterable[Pattern[T]] = ()) -> None:
        self._addresses: dict[str, list[T]] = {}
        self._domains: dict[str, list[T]] = {}
        self._networks: dict[tuple[int, int], dict[int, list[T]]] = {}
        expressions: dict[PatternType, list[tuple[str, T]]] = {kind: [] for kind in PatternType}
        for pattern in patterns:
            if pattern.is_regex:
                expressions[pattern.kind].append((pattern.text, pattern.owner))
            else:
                self._add(pattern)
        self._expressions = {kind: ExpressionTable(entries) for kind, entries in expressions.items()}

    def __bool__(self) -> bool:
        return bool(self._addresses or self._domains or self._networks or any(map(bool, self._expressions.values())))

    def _add(self, pattern: Pattern[T]) -> None:
        if pattern.kind == PatternType.EMAIL:
            self._addresses.setdefault(address_key(pattern.text), []).append(pattern.owner)
        elif pattern.kind == PatternType.DOMAIN:
            self._domains.setdefault(host_key(pattern.text), []).append(pattern.owner)
        elif pattern.kind == PatternType.IP:
            network = network_key(pattern.text)
            if network is not None:
                block = self._networks.setdefault((network.version, network.prefixlen), {})
                block.setdefault(int(network.network_address), []).append(pattern.owner)

    def for_sender(self, place: Place, value: str) -> Iterator[T]:
        """Yield the owners of the patterns that match one of a message's sender identities, each owner once."""
        found: dict[int, T] = {}
        if place in LITERAL:
            literal = self._at_networks(value) if place == Place.SERVER else self._at_address(address_key(value))
            found.update((id(owner), owner) for owner in literal)
        key = _key(place, value)
        for kind, table in self._expressions.items():
            if table:
                for text in tried_texts(kind, place, key):
                    written = (text,) if place == Place.SERVER else spellings(text)
                    found.update((id(owner), owner) for spelling in written for owner in table.find(spelling))
        yield from found.values()

    def _at_address(self, key: str) -> Iterator[T]:
        """Yield the owners of the literal patterns for an address in canonical form, or for its domain."""
        yield from self._addresses.get(key, ()) if key else ()
        yield from self._at_domain(key.rpartition("@")[2] if "@" in key else "")

    def _at_domain(self, host: str) -> Iterator[T]:
        while host:
            yield from self._domains.get(host, ())
            host = host.partition(".")[2]

    def for_address(self, address: str) -> Iterator[T]:
        """Yield the owners of the patterns that match this email address or its domain."""
        key = address_key(address)
        if not key:
            return
        yield from self._addresses.get(key, ())
        yield from self._found(PatternType.EMAIL, key)
        yield from self.for_domain(key.rpartition("@")[2] if "@" in key else "")

    def for_domain(self, domain: str) -> Iterator[T]:
        """Yield the owners of the patterns that match this domain or one of its parent domains."""
        host = host_key(domain)
        if not host:
            return
        yield from self._at_domain(host)
        yield from self._found(PatternType.DOMAIN, host)

    def _found(self, kind: PatternType, key: str) -> Iterator[T]:
        """Yield the owners of the expressions that match an address or a domain in one of its two spellings."""
        found: dict[int, T] = {}
        if self._expressions[kind]:
            for spelling in spellings(key):
                found.update((id(owner), owner) for owner in self._expressions[kind].find(spelling))
        yield from found.values()

    def _at_networks(self, ip: str) -> Iterator[T]:
        """Yield the owners of the literal patterns for a network that this IP address is in."""
        network = network_key(ip)
        if network is None or network.prefixlen != network.max_prefixlen:
            return
        number, width = int(network.network_address), network.max_prefixlen
        for (version, length), block in self._networks.items():
            if version == network.version:
                yield from block.get(number >> (width - length) << (width - length), ())


def _key(place: Place, value: str) -> str:
    """Return a sender identity in canonical form, empty if it is none."""
    if place in ADDRESSES:
        return address_key(value)
    if place == Place.SERVER_NAME:
        return host_key(value)
    network = network_key(value)
    is_one = network is not None and network.prefixlen == network.max_prefixlen
    return str(network.network_address) if network is not None and is_one else ""
