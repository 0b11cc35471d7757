"""Registry of the API operations: method, path, scope, right, and the models of parameters, body and result."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from pydantic import BaseModel

from gateway.models import Token

PREFIX = "/accounts/{account_id}/email-security"
_LARGEST_BODY = 1_000_000
# A thousand entries, each with a pattern and notes of 1,024 characters.
_LARGEST_BATCH = 4_000_000


@dataclass(frozen=True, slots=True)
class Call:
    """One authenticated call, the argument of an operation. `path` contains the path's parameters, not validated."""

    request: HttpRequest
    token: Token
    path: dict[str, str]
    params: Any = None
    body: Any = None

    @property
    def account_id(self) -> str:
        return self.token.account_id


Handler = Callable[[Call], HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. Its name is the API's operationId. A token needs its scope and its right.

    `result` is the type of the envelope's result. `pages` says whether the envelope has a result_info. `also` lists
    further media types of the response. An operation with `may_promise` can also answer 202 without the result, one
    with `may_wait` 202 with a result of which nothing is done yet, one with `may_be_empty` 204. The body of one with
    `takes_message` may hold a whole message.
    """

    name: str
    method: str
    path: str
    scope: Token.Scope
    right: Token.Right
    handler: Handler
    params: type[BaseModel] | None
    body: type[BaseModel] | None
    pattern: re.Pattern[str]
    result: Any = Any
    status: int = 200
    pages: bool = False
    also: tuple[str, ...] = ()
    may_promise: bool = False
    may_wait: bool = False
    may_be_empty: bool = False
    takes_message: bool = False

    @property
    def largest_body(self) -> int:
        """Return the largest body in bytes. A message is in the JSON in base64, which adds a third."""
        if self.takes_message:
            return int(settings.GATEWAY_MAX_MESSAGE_BYTES) * 4 // 3 + _LARGEST_BODY
        return _LARGEST_BATCH if self.path.endswith("/batch") else _LARGEST_BODY

    @property
    def parameters(self) -> tuple[bool, ...]:
        """Return which segments of the path are parameters. Sorting by it puts literal segments before parameters."""
        return tuple(segment.startswith("{") for segment in self.path.split("/"))


OPERATIONS: list[Operation] = []


def operation(
    name: str,
    method: str,
    path: str,
    *,
    scope: Token.Scope,
    right: Token.Right,
    params: type[BaseModel] | None = None,
    body: type[BaseModel] | None = None,
    **answers: Any,
) -> Callable[[Handler], Handler]:
    """Register the decorated function as the operation `name` at `path`, below the account's prefix.

    `answers` are the fields of `Operation` that describe its responses.
    """

    def register(handler: Handler) -> Handler:
        whole = PREFIX + path
        pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", whole) + r"\Z")
        OPERATIONS.append(Operation(name, method, whole, scope, right, handler, params, body, pattern, **answers))
        # Literal segments come before parameters, so that `move` in /investigate/move is not read as a message id.
        OPERATIONS.sort(key=lambda known: known.parameters)
        return handler

    return register
