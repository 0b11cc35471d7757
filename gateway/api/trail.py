"""The record of what API tokens do: writes, looks at content, searches and refusals.

They go to the trail of `gateway/trail.py`. Calls of the console in the same process are left out, since the console
records the person who made them. See docs/decisions/0012-one-trail-for-people-and-tokens.md.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from pydantic import BaseModel

from gateway.api.callers import is_in_process
from gateway.api.problems import Problem
from gateway.api.reading import Refused
from gateway.api.registry import Operation
from gateway.models import Token
from gateway.trail import Trail, trail_at

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


def _trail(request: HttpRequest) -> Trail | None:
    path = settings.GATEWAY_TRAIL
    return trail_at(path) if path and not is_in_process(request) else None


class Use:
    """One call under way: the status of its answer, which whoever answers sets, and the request that it waits as."""

    status = 200
    waits_as = ""


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
            _end(trail, handle, use)


def refused(request: HttpRequest, problem: Problem, *, operation: str, token: str = "") -> None:
    """Record that a call was refused for its credentials or the rights of its token."""
    trail = _trail(request)
    if trail is not None and problem.status in {401, 403}:
        trail.refused(request, token=token, operation=operation, status=problem.status)


def token_changed(*, change: str, token: str, operator: str, detail: Mapping[str, Any]) -> None:
    """Record what an operator did to a token by command."""
    if path := settings.GATEWAY_TRAIL:
        trail_at(path).token_changed(change=change, token=token, operator=operator, detail=detail)


def _end(trail: Trail, handle: Any, use: Use) -> None:
    try:
        trail.write_ended(handle, status=use.status, waits_as=use.waits_as)
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
    asked: Any = body.model_dump(mode="json", by_alias=True, exclude_none=True)
    if not isinstance(asked, dict):
        return {"body": asked}
    if "eml_content" in asked:
        asked["eml_content"] = f"{len(str(asked['eml_content']))} characters"
    return asked


def _ids(body: BaseModel | None) -> str:
    return str(getattr(body, "id", "") or "")
