"""What a token may be limited to, and the checks of what is asked for."""

import re
from collections.abc import Iterable
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from gateway.models import Token

Right, Scope = Token.Right, Token.Scope

READ_RIGHTS = frozenset({Right.SEARCH, Right.CONTENT, Right.POLICIES, Right.SUBMISSIONS, Right.BULK})
"""The rights that the scope read can have."""
CONSOLE_RIGHTS = (Right.TOKENS, Right.APPROVALS)
"""The rights of the console's own token alone: to manage tokens, and to decide on writes that wait."""
GIVEN_RIGHTS = tuple(right for right in Right if right not in CONSOLE_RIGHTS)
"""The rights that can be given."""
NETWORKS_AT_MOST = 100
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,49}\Z")


class Invalid(ValueError):
    """What was asked for makes no sense; `field` says what of it, and the text says why."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field = field


def rights_of_scope(scope: str) -> list[str]:
    """Return all rights that can be given with a scope."""
    return [right.value for right in GIVEN_RIGHTS if scope == Scope.WRITE or right in READ_RIGHTS]


def checked_name(name: str) -> str:
    """Return the name. Raise Invalid if it is not 1 to 50 lower-case letters, digits, dots, dashes, underscores."""
    if not _NAME.match(name):
        raise Invalid("name", "A name has 1 to 50 lower-case letters, digits, dots, dashes and underscores")
    return name


def checked_rights(rights: Iterable[str], scope: str) -> list[str]:
    """Return the rights in their order. Raise Invalid for none, unknown ones, and those that the scope can't have."""
    asked = set(rights)
    known = rights_of_scope(scope)
    if unknown := sorted(asked - set(GIVEN_RIGHTS)):
        raise Invalid("rights", f"There is no right {unknown[0]}; there are {', '.join(GIVEN_RIGHTS)}")
    if beyond := sorted(asked - set(known)):
        raise Invalid("rights", f"The right {beyond[0]} needs the scope write")
    if not asked:
        raise Invalid("rights", "A token without any right is of no use; revoke it instead")
    if Right.PURGE in asked and Right.MOVE not in asked:
        raise Invalid("rights", "A purge is a move: the right purge needs the right move")
    return [right for right in known if right in asked]


def checked_networks(networks: Iterable[str]) -> list[str]:
    """Return addresses and networks as CIDR. Raise Invalid for what is neither, and for too many."""
    found: dict[str, None] = {}
    for given in networks:
        try:
            found[str(ip_network(given.strip(), strict=False))] = None
        except ValueError:
            raise Invalid("networks", f"Not an address or a network such as 192.0.2.0/24: {given[:100]}") from None
    if len(found) > NETWORKS_AT_MOST:
        raise Invalid("networks", f"At most {NETWORKS_AT_MOST} networks")
    return list(found)


def checked_expiry(expires_at: datetime | None, now: datetime) -> datetime | None:
    """Return the time at which the token ends. Raise Invalid for one that is over."""
    if expires_at is not None and expires_at <= now:
        raise Invalid("expires_at", "The time of expiry is over already")
    return expires_at


def is_within(address: str | None, networks: Iterable[str]) -> bool:
    """Return whether the address is in one of the networks. No networks are all; an unknown address is in none."""
    allowed = [ip_network(network) for network in networks]
    if not allowed:
        return True
    return address is not None and any(ip_address(address) in network for network in allowed)


def is_subset(networks: Iterable[str], of: Iterable[str]) -> bool:
    """Return whether each network is within one of the others. No networks are all addresses."""
    asked, outer = [ip_network(network) for network in networks], [ip_network(network) for network in of]
    if not outer:
        return True
    return bool(asked) and all(any(_is_part(inner, other) for other in outer) for inner in asked)


def _is_part(inner: IPv4Network | IPv6Network, outer: IPv4Network | IPv6Network) -> bool:
    if isinstance(inner, IPv4Network) and isinstance(outer, IPv4Network):
        return inner.subnet_of(outer)
    return isinstance(inner, IPv6Network) and isinstance(outer, IPv6Network) and inner.subnet_of(outer)
