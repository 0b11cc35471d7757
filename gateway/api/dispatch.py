"""Request dispatch: routes a request, authenticates it and calls the operation.

Both Django's view and the in-process transport call `dispatch`.
"""

import logging

from django.http import HttpRequest
from django.http.response import HttpResponseBase

import gateway.api.operations  # noqa: F401 - importing the operations registers them
from disk_space import is_disk_full
from gateway.api import rate_limit, reading, trail
from gateway.api.answers import refusal
from gateway.api.callers import is_in_process
from gateway.api.last_use import note_use
from gateway.api.problems import DISK_FULL, INTERNAL, METHOD, NO_ROUTE, UNAVAILABLE, Problem
from gateway.api.registry import OPERATIONS, Call, Operation
from gateway.api.tokens import authenticate, authorize, check_usable
from gateway.models import Token
from gateway.store.object_store import StorageUnreachable
from gateway.trail import WAITS_AS

_DISK_FULL = "The disk of the gateway is full, so nothing was kept. Free space there, then try again"
_UNREACHABLE = "The gateway can't reach its storage of mail at the moment. Try again"
logger = logging.getLogger(__name__)
# Where the console's middleware finds the operation's name, by which it counts requests.
OPERATION = "gatehouse.operation"


def dispatch(request: HttpRequest, path: str) -> HttpResponseBase:
    """Return the response to `request` for `path`, which starts with /accounts.

    Every response is an envelope, including errors and unexpected exceptions.
    """
    try:
        return _answer(request, path)
    except Problem as problem:
        return refusal([problem])
    except reading.Refused as refused:
        return refusal(refused.problems)
    except StorageUnreachable as error:
        logger.error("%s %s failed: %s", request.method, path, error)
        return refusal([Problem(503, UNAVAILABLE, _UNREACHABLE, headers={"Retry-After": "30"})])
    except Exception as error:
        if is_disk_full(error):
            logger.error("%s %s failed: the disk is full (%s)", request.method, path, error)
            return refusal([Problem(507, DISK_FULL, _DISK_FULL, headers={"Retry-After": "60"})])
        logger.exception("%s %s failed", request.method, path)
        return refusal([Problem(500, INTERNAL, "The gateway failed; its log tells why")])


def _answer(request: HttpRequest, path: str) -> HttpResponseBase:
    operation, path_parameters = _route(request.method or "", path)
    request.META[OPERATION] = operation.name
    name = ""
    try:
        token = authenticate(request)
        name = token.name
        check_usable(token, request)
    except Problem as problem:
        trail.refused(request, problem, operation=operation.name, token=name)
        raise
    budget = rate_limit.take(token, in_process=is_in_process(request))
    note_use(token, request)
    try:
        answer: HttpResponseBase = _handled(request, operation, token, path_parameters)
    except Problem as problem:
        answer = refusal([problem])
    except reading.Refused as refused:
        answer = refusal(refused.problems)
    if budget is not None:
        for name, value in budget.headers().items():
            answer[name] = value
    return answer


def _handled(
    request: HttpRequest, operation: Operation, token: Token, path_parameters: dict[str, str]
) -> HttpResponseBase:
    try:
        authorize(token, account_id=path_parameters["account_id"], scope=operation.scope, right=operation.right)
    except Problem as problem:
        trail.refused(request, problem, operation=operation.name, token=token.name)
        raise
    call = Call(
        request=request,
        token=token,
        path=path_parameters,
        params=reading.query(request, operation.params) if operation.params else None,
        body=reading.body(request, operation.body, largest=operation.largest_body) if operation.body else None,
    )
    with trail.recorded(request, operation, token, path_parameters, call.body) as use:
        response = operation.handler(call)
        use.status, use.waits_as = response.status_code, request.META.get(WAITS_AS, "")
    return response


def _route(method: str, path: str) -> tuple[Operation, dict[str, str]]:
    """Return the operation for `path` and the path's parameters. Literal path segments take precedence.

    :raises Problem: 404 if no path matches, 405 if the path does not support the method.
    """
    found = [(known, match.groupdict()) for known in OPERATIONS if (match := known.pattern.match(path))]
    if not found:
        raise Problem(404, NO_ROUTE, "No route for that URI")
    # Matching paths with parameters in the same positions are the same path, since their literals match the request.
    here = [(known, given) for known, given in found if known.parameters == found[0][0].parameters]
    for known, given in here:
        if known.method == method:
            return known, given
    names = ", ".join(sorted({known.method for known, _ in here}))
    raise Problem(405, METHOD, f"Method {method} is not allowed here, only {names}", headers={"Allow": names})
