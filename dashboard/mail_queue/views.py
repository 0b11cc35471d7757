"""The page of mail on its way. It exists where the gateway runs here, since another API has no queue."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from api_client.errors import StatusError
from dashboard.audit.actor import actor_of
from dashboard.backend import api_client_for_console
from dashboard.mail_queue.services import copy_give_up, copy_retry
from dashboard.requests import ConsoleRequest

_PER_PAGE = 50
_VIEWS = {"waiting": "Waiting", "failed": "Not delivered"}


@require_safe
def list_page(request: ConsoleRequest) -> HttpResponse:
    """List copies that wait or were not delivered, the newest first. A page begins below `before`."""
    _require_gateway()
    view = "failed" if request.GET.get("view") == "failed" else "waiting"
    before = request.GET.get("before", "")
    before = before if before.isascii() and before.isdecimal() and len(before) < 19 else ""
    found = api_client_for_console().delivery_queue.list(failed=view == "failed", before=before)
    older = urlencode({"view": view, "before": found[_PER_PAGE - 1].id}) if len(found) > _PER_PAGE else ""
    context = {"copies": found[:_PER_PAGE], "view": view, "views": _VIEWS, "older": older}
    return render(request, "mail_queue/list.html", context)


@require_POST
def retry(request: ConsoleRequest, copy_id: int) -> HttpResponse:
    """Have a copy tried now."""
    return _act(request, lambda: copy_retry(copy_id, actor=actor_of(request)), "It is tried now.")


@require_POST
def give_up(request: ConsoleRequest, copy_id: int) -> HttpResponse:
    """Try a copy no more."""
    return _act(request, lambda: copy_give_up(copy_id, actor=actor_of(request)), "Given up: it is not tried any more.")


def _act(request: ConsoleRequest, act: Callable[[], object], done: str) -> HttpResponse:
    _require_gateway()
    try:
        act()
    except StatusError as error:
        if error.status not in {404, 409}:
            raise
        messages.info(request, "It does not wait any more, or is being sent at this moment. The list is up to date.")
    else:
        messages.success(request, done)
    view = "failed" if request.POST.get("view") == "failed" else "waiting"
    response = redirect("mail_queue:list")
    response["Location"] += f"?view={view}"
    return response


def _require_gateway() -> None:
    if not settings.GATEWAY_EMBEDDED:
        raise Http404("This API has no queue of mail.")
