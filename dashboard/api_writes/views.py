"""Pages of writes by API that wait. There are none where the API is not the embedded gateway."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from api_client.errors import ApiError, Conflict, NotFound
from api_client.models import WriteRequest, WriteRequestState
from dashboard.api_writes.counting import waiting_writes_recount
from dashboard.api_writes.selectors import (
    PER_PAGE,
    people_behind,
    request_messages,
    requests_page,
    requests_waiting,
)
from dashboard.api_writes.services import OwnRequest, request_approve, request_refuse
from dashboard.audit.actor import actor_of
from dashboard.backend import api_client_for_console
from dashboard.jobs.pages.permission import check_action, may_act, viewer
from dashboard.jobs.states import FOLDER_LABELS
from dashboard.requests import ConsoleRequest
from dashboard.roles import Capability, can


@require_safe
def request_list(request: ConsoleRequest) -> HttpResponse:
    """List the writes that wait, and those that did, the newest first."""
    _require_gateway()
    page = _page(request)
    found = requests_page(page)
    waiting = requests_waiting() if page == 1 else []
    context = {
        "waiting": [_shown(each) for each in waiting],
        "decided": [_shown(each) for each in found if each.state != WriteRequestState.WAITING],
        "page": page,
        "next_page": page + 1 if len(found) == PER_PAGE else None,
        "waits": settings.GATEWAY_API_APPROVALS == "wait",
    }
    return render(request, "api_writes/list.html", context)


@require_safe
def detail(request: ConsoleRequest, request_id: UUID) -> HttpResponse:
    """Show a write with the messages that it is about, and what a person can decide."""
    found, page = _request(request_id), _page(request)
    entries = request_messages(found, page=page)
    waits = found.state == WriteRequestState.WAITING
    may_decide = waits and may_act(request, found.action.lower()) and can(request.user, Capability.APPROVE_JOBS)
    is_own = may_decide and viewer(request).pk in people_behind(found)
    context = _shown(found) | {
        "entries": entries,
        "page": page,
        "next_page": page + 1 if len(entries) == PER_PAGE else None,
        "can_decide": may_decide and not is_own,
        "is_own": is_own,
    }
    return render(request, "api_writes/detail.html", context)


@require_POST
def approve(request: ConsoleRequest, request_id: UUID) -> HttpResponse:
    """Approve a write, so that the gateway carries it out."""
    return _decide(request, request_id, request_approve, "Approved. The gateway carries it out now.")


@require_POST
def refuse(request: ConsoleRequest, request_id: UUID) -> HttpResponse:
    """Refuse a write. It ends before anything was done."""
    return _decide(request, request_id, request_refuse, "Refused. Nothing of it is done.")


def _decide(request: ConsoleRequest, request_id: UUID, decide: Callable[..., None], done: str) -> HttpResponse:
    found = _request(request_id)
    check_action(request, found.action.lower())
    try:
        decide(found, user=viewer(request), actor=actor_of(request))
    except OwnRequest as error:
        messages.error(request, str(error))
    except Conflict as error:
        messages.warning(request, error.reason)
    else:
        messages.success(request, done)
    with suppress(ApiError):  # The worker counts them again within seconds.
        waiting_writes_recount()
    return redirect("api_writes:detail", request_id)


def _shown(request: WriteRequest) -> dict[str, Any]:
    folder = request.destination or ""
    outcome = [(name, count) for name, count in request.outcome.items() if count]
    return {"asked": request, "folder": FOLDER_LABELS.get(folder, folder), "outcome": outcome}


def _request(request_id: UUID) -> WriteRequest:
    _require_gateway()
    try:
        return api_client_for_console().write_requests.get(str(request_id))
    except NotFound:
        raise Http404("There is no such write.") from None


def _page(request: ConsoleRequest) -> int:
    page = request.GET.get("page", "1")
    if not (page.isascii() and page.isdecimal() and len(page) <= 6 and int(page)):
        raise Http404("There is no such page.")
    return int(page)


def _require_gateway() -> None:
    if not settings.GATEWAY_EMBEDDED:
        raise Http404("The writes of this API don't wait.")
