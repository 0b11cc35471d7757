"""Lanes: the names of next hops, as rows of the queue keep them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.conf import settings

from gateway.detect.context import lies_in
from gateway.mail.domains import domain_of
from gateway.routes.current import routes
from gateway.routes.route import Delivery as How
from gateway.routes.route import NextHop, Route
from gateway.store.policy_cache import policy

SMART_HOST: Final = "smart host"
MAILDIR: Final = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """A next hop that rows wait for."""

    name: str
    hop: NextHop
    is_lmtp: bool


def lane_name(address: str) -> str:
    """Return the lane of a recipient by the routes in force, MAILDIR if it has none. Raise RouteInvalid."""
    return _name(routes().of(address))


def lane_to_anybody(address: str) -> str | None:
    """Return the lane to a sender that is told something: our own routes, or the smart host. None if there is none."""
    known, domain = routes(), domain_of(address)
    if domain in known.by_domain or lies_in(domain, policy(settings.GATEWAY_ACCOUNT_ID).context.protected_domains):
        return lane_name(address)
    return SMART_HOST if known.smart_host is not None else None


def outbound_lane(sender: str, recipient: str) -> str:
    """Return SMART_HOST if mail of this sender, which an own server handed over, leaves the organisation."""
    known = routes()
    if known.smart_host is None or not known.of(sender).outbound:
        return MAILDIR
    return SMART_HOST if lane_to_anybody(recipient) == SMART_HOST else MAILDIR


def lane_named(name: str) -> Lane | None:
    """Return the lane of a name, or None if the routes have it no longer."""
    known = routes()
    if name == SMART_HOST:
        return None if known.smart_host is None else Lane(name, known.smart_host, is_lmtp=False)
    return next((lane for lane in _lanes() if lane.name == name), None)


def _lanes() -> Iterator[Lane]:
    known = routes()
    for route in (*known.by_domain.values(), known.default):
        if route.next_hop is not None:
            yield Lane(_name(route), route.next_hop, is_lmtp=route.delivery == How.LMTP)


def _name(route: Route) -> str:
    """Return a name that differs where the way differs: another user or TLS policy is another lane."""
    hop = route.next_hop
    if hop is None:
        return MAILDIR
    user = f"{hop.user}@" if hop.user else ""
    return f"{route.delivery.value}://{user}{hop.host}:{hop.port} (TLS {hop.tls.value})"[:300]
