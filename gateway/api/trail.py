"""The record of what API tokens do: writes, looks at content, searches and refusals.

The gateway keeps no trail of its own and knows nothing of the console's. The setting GATEWAY_TRAIL names a class by
dotted path, or is empty; its methods are those of `Trail`. Calls of the console in the same process are left out,
since the console records the person who made them. See docs/decisions/0012-one-trail-for-people-and-tokens.md.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Protocol

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string
from pydantic import BaseModel

from gateway.api.callers import is_in_process
from gateway.api.problems import Problem
from gateway.api.reading import Refused
from gateway.api.registry import Operation
from gateway.models import Token

logger = logging.getLogger(__name__)

LOOKS = frozenset(
    {
        "email_security_get_message_detections",
        "email_security_get_message_trace",
        "email_security_get_message_raw",
        "email_security_get_message_preview",
        "email_security_post_preview",
    }
)
SEARCHES = frozenset({"email_security_investigate"})


class Trail(Protocol):
    """What GATEWAY_TRAIL names. An exception of any method becomes the answer 500."""

    def write_begins(self, request: HttpRequest, *, token: str, operation: str, object_id: str, detail: Any) -> Any:
        """Record a write that is about to happen. The return value is handed to `write_ended`."""

    def write_ended(self, handle: Any, *, status: int) -> None:
        """Record the result of a write by its HTTP status."""

    def looked(
        self, request: HttpRequest, *, token: str, operation: str, object_id: str, status: int, is_search: bool
    ) -> None:
        """Record a look at content or a search, before it is answered."""

    def refused(self, request: HttpRequest, *, token: str, operation: str, status: int) -> None:
        """Record a call without valid credentials, with an empty `token`, or one that the token may not make."""

    def token_changed(self, *, change: str, token: str, operator: str, detail: Any) -> None:
        """Record what an operator did to a token by command: make, narrow, rotate or revoke."""


@lru_cache(maxsize=4)
def _trail_at(path: str) -> Trail:
    made: Trail = import_string(path)()
    return made


def _trail(request: HttpRequest) -> Trail | None:
    path = settings.GATEWAY_TRAIL
    return _trail_at(path) if path and not is_in_process(request) else None


class Use:
    """One call under way: the status of its answer, which whoever answers sets."""

    status = 200


@contextmanager
def recorded(
    request: HttpRequest, operation: Operation, token: Token, path: Mapping[str, str], body: BaseModel | None
) -> Iterator[Use]:
    """Record a call: a write before and after it happens, a look or search before it is answered.

    If the process dies in between, a write stays "attempted". A write that can't be recorded does not happen, and a
    look that can't be recorded is not answered. If only the result of a write can't be recorded, the log says so.
    """
    trail, use = _trail(request), Use()
    if trail is None:
        yield use
        return
    told = {"token": token.name, "operation": operation.name}
    object_id = next((value for name, value in path.items() if name != "account_id"), "")
    is_look, is_search = operation.name in LOOKS, operation.name in SEARCHES
    if not is_look and not is_search and operation.scope != Token.Scope.WRITE:
        yield use
        return
    handle = None
    if not (is_look or is_search):
        handle = trail.write_begins(request, object_id=object_id, detail=_facts(body), **told)
    try:
        yield use
    except Exception as error:
        use.status = _status_of(error)
        raise
    finally:
        if handle is None:
            trail.looked(request, object_id=object_id or _ids(body), status=use.status, is_search=is_search, **told)
        else:
            _end(trail, handle, use.status)


def refused(request: HttpRequest, problem: Problem, *, operation: str, token: str = "") -> None:
    """Record that a call was refused for its credentials or the rights of its token."""
    trail = _trail(request)
    if trail is not None and problem.status in {401, 403}:
        trail.refused(request, token=token, operation=operation, status=problem.status)


def token_changed(*, change: str, token: str, operator: str, detail: Mapping[str, Any]) -> None:
    """Record what an operator did to a token by command."""
    if path := settings.GATEWAY_TRAIL:
        _trail_at(path).token_changed(change=change, token=token, operator=operator, detail=detail)


def _end(trail: Trail, handle: Any, status: int) -> None:
    try:
        trail.write_ended(handle, status=status)
    except Exception:
        # The write is done and on record as attempted. An error now would tell the caller that it was not done.
        logger.exception("The result of a write could not be recorded")


def _status_of(error: Exception) -> int:
    if isinstance(error, Problem):
        return error.status
    return error.problems[0].status if isinstance(error, Refused) else 500


def _facts(body: BaseModel | None) -> dict[str, Any]:
    """Return what a write asks for, without mail: an uploaded source is only counted."""
    if body is None:
        return {}
    asked = body.model_dump(mode="json", by_alias=True, exclude_none=True)
    if "eml_content" in asked:
        asked["eml_content"] = f"{len(str(asked['eml_content']))} characters"
    return asked


def _ids(body: BaseModel | None) -> str:
    return str(getattr(body, "id", "") or "")
