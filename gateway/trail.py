"""The trail that records what API tokens do, as the gateway sees it.

The gateway keeps no trail of its own and knows nothing of the console's. The setting GATEWAY_TRAIL names a class by
dotted path, or is empty; its methods are those of `Trail`. See docs/decisions/0012-one-trail-for-people-and-tokens.md.
"""

from functools import lru_cache
from typing import Any, Protocol

from django.http import HttpRequest
from django.utils.module_loading import import_string

WAITS_AS = "gatehouse.waits_as"
"""An operation puts the id of the request, as which a write waits, under this key of the WSGI environment."""


class Trail(Protocol):
    """What GATEWAY_TRAIL names. An exception of any method becomes the answer 500."""

    def write_begins(self, request: HttpRequest, *, token: str, operation: str, object_id: str, detail: Any) -> Any:
        """Record a write that is about to happen. The return value is handed to `write_ended`."""

    def write_ended(self, handle: Any, *, status: int, waits_as: str = "") -> None:
        """Record the result of a write by its HTTP status, or that it waits for a person as a request of this id."""

    def looked(
        self, request: HttpRequest, *, token: str, operation: str, object_id: str, status: int, is_search: bool
    ) -> None:
        """Record a look at content or a search, before it is answered."""

    def refused(self, request: HttpRequest, *, token: str, operation: str, status: int) -> None:
        """Record a call without valid credentials, with an empty `token`, or one that the token may not make."""

    def request_changed(self, *, token: str, operation: str, request_id: str, state: str, detail: Any) -> None:
        """Record that a write of a token waits, or how it ended without a person: done, expired or withdrawn."""

    def token_changed(self, *, change: str, token: str, operator: str, detail: Any) -> None:
        """Record what an operator did to a token by command: make, narrow, rotate or revoke."""


@lru_cache(maxsize=4)
def trail_at(path: str) -> Trail:
    """Return the trail that a dotted path names."""
    made: Trail = import_string(path)()
    return made
