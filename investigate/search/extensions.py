"""Which filters the configured API has beyond its contract. What it lacks is tested on each message instead."""

import time

from api_client import ApiError
from api_client.resources import EXTENSIONS
from dashboard.backend import api_client_for_console, backend_fingerprint
from investigate.search.query import Node
from investigate.search.query.syntax_tree import terms

REMEMBERED_SECONDS = 600
_known: dict[str, tuple[float, frozenset[str]]] = {}


def extensions_for(node: Node | None) -> frozenset[str]:
    """Return the extensions that the API can apply to the query. It is asked only if the query uses one."""
    return _extensions() if any(term.operator in EXTENSIONS for term in terms(node)) else frozenset()


def forget_extensions() -> None:
    """Ask the API again at the next query that uses an extension."""
    _known.clear()


def _extensions() -> frozenset[str]:
    """Return what the API said in the last ten minutes, or ask it. If it can't be reached, it counts as having none."""
    key = backend_fingerprint()
    asked_at, found = _known.get(key, (0.0, frozenset()))
    if asked_at and time.monotonic() - asked_at < REMEMBERED_SECONDS:
        return found
    try:
        found = api_client_for_console().investigate.known_extensions()
    except ApiError:
        return frozenset()
    _known[key] = (time.monotonic(), found)
    return found
