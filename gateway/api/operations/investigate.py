"""Operations that search messages, and that return one message or its action log."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase

from api_client import models as contract
from gateway.api import deprecated, lookup, serialize
from gateway.api.answers import answer, streamed
from gateway.api.params import DetailQuery, SearchQuery
from gateway.api.problems import UNAVAILABLE, Problem, bad_parameter, not_found
from gateway.api.registry import Call, operation
from gateway.models import SearchRun, Token
from gateway.search import background
from gateway.search.cursor import InvalidCursor, parse
from gateway.search.page import messages_of, search_keys
from gateway.search.params import SearchParams
from gateway.search.replica import search_within
from gateway.search.time_budget import SearchTooSlow

READ = Token.Scope.READ
DATABASE = "gateway"
_AT_ONCE = 1000
"""Messages that are read from the database at once. A longer page is sent part by part."""
APPLIED = 1100
"""The code of the notice that an extension of the API was applied."""


@operation(
    "email_security_investigate",
    "GET",
    "/investigate",
    scope=READ,
    right=Token.Right.SEARCH,
    params=SearchQuery,
    result=list[contract.Message],
    pages=True,
    may_promise=True,
)
def search(call: Call) -> HttpResponseBase:
    """Return the messages that match, newest first: by cursor, or by page number for clients that still do."""
    params = cast(SearchQuery, call.params)
    try:
        cursor = parse(params.cursor) if params.cursor else None
    except InvalidCursor:
        raise bad_parameter("cursor", "is not a cursor of this search") from None
    filters, offset = params.filters(call.account_id), 0 if cursor else (params.page - 1) * params.per_page
    try:
        page = search_within(
            settings.GATEWAY_SEARCH_SECONDS,
            lambda alias: search_keys(filters, limit=params.per_page, cursor=cursor, offset=offset, using=alias),
        )
    except SearchTooSlow:
        return _promised(call, background.start(filters, limit=params.per_page, cursor=cursor, offset=offset))
    return _found(filters, page.keys, params.per_page, str(page.older or ""), str(page.newer or ""))


def _found(filters: SearchParams, keys: Sequence[int], per_page: int, older: str, newer: str) -> HttpResponseBase:
    info = contract.ResultInfo(count=len(keys), per_page=per_page, next=older or None, previous=newer or None)
    if len(keys) <= _AT_ONCE:
        return answer(_rows(keys, features=filters.features), result_info=info, messages=_applied(filters))
    parts = (
        _rows(keys[start : start + _AT_ONCE], features=filters.features) for start in range(0, len(keys), _AT_ONCE)
    )
    return streamed(parts, result_info=info, messages=_applied(filters))


def _rows(keys: Sequence[int], *, features: bool) -> list[contract.Message]:
    messages = messages_of(keys, features=features)
    logs = lookup.logs(messages) if deprecated.is_served() else {}
    return [serialize.message(row, logs.get(row.pk, []), features=features) for row in messages]


def _applied(filters: SearchParams) -> list[contract.ApiMessage]:
    """Return a notice for each extension that was applied: an API that doesn't know a parameter may leave it out."""
    return [
        contract.ApiMessage(
            code=APPLIED,
            message=f"{name}, an extension of this gateway, was applied",
            source=contract.Source(pointer=name),
        )
        for name in ("url", "features")
        if getattr(filters, name)
    ]


def _promised(call: Call, run: SearchRun) -> HttpResponse:
    """Return the 202 whose Location gives the result when it is there. Its path is the request's own, continued."""
    prefix = call.request.path.partition("/investigate")[0]
    headers = {"Location": f"{prefix}/investigate/searches/{run.pk}", "Retry-After": "1"}
    return answer([], status=202, result_info=contract.ResultInfo(count=0, per_page=run.limit), headers=headers)


@operation(
    "gatehouse_search_result",
    "GET",
    "/investigate/searches/{search_id}",
    scope=READ,
    right=Token.Right.SEARCH,
    result=list[contract.Message],
    pages=True,
    may_promise=True,
)
def search_result(call: Call) -> HttpResponseBase:
    """Return the result of a search that was answered with 202, or 202 again while the worker looks."""
    try:
        run_id = UUID(call.path["search_id"])
    except ValueError:
        raise not_found("search") from None
    run = SearchRun.objects.using(DATABASE).filter(pk=run_id, account_id=call.account_id).first()
    if run is None:
        raise not_found("search")
    if run.state == SearchRun.State.PENDING:
        background.reenqueue_if_overdue(run)
        return _promised(call, run)
    if run.state == SearchRun.State.FAILED:
        raise Problem(503, UNAVAILABLE, "The search could not be finished; ask for a shorter range of time")
    return _found(SearchParams.from_json(run.filters), run.keys, run.limit, run.older, run.newer)


@operation(
    "email_security_get_message",
    "GET",
    "/investigate/{investigate_id}",
    scope=READ,
    right=Token.Right.SEARCH,
    params=DetailQuery,
    result=contract.Message,
)
def get_message(call: Call) -> HttpResponse:
    """Return one message, its findings included."""
    row = lookup.one(call, submission=cast(DetailQuery, call.params).submission)
    return answer(serialize.message(row, lookup.logs([row]).get(row.pk, []), lookup.detail(row)))


@operation(
    "email_security_get_message_action_log",
    "GET",
    "/investigate/{investigate_id}/action_log",
    scope=READ,
    right=Token.Right.SEARCH,
    result=list[contract.ActionEntry],
)
def get_action_log(call: Call) -> HttpResponse:
    """Return what was done to one message through the API, oldest first; what still runs has no `completed_at`."""
    row = lookup.one(call)
    return answer([serialize.action(entry) for entry in row.actions.order_by("pk")])
