"""Views of the queue: the list, one request beside its message, and what the team does with it."""

from __future__ import annotations

import logging

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from api_client import ApiError
from dashboard.audit.actor import actor_of
from dashboard.audit.selectors import audit_of_object
from dashboard.backend import api_client_for_console
from dashboard.capabilities import Capability, can
from dashboard.jobs.services import can_release_one_copy
from dashboard.problems import problem_of
from dashboard.requests import ConsoleRequest
from investigate.message.pane import open_pane
from investigate.message.pane_location import PaneLocation
from investigate.release_requests.deciding import (
    AlreadyClaimed,
    AlreadyDecided,
    OthersToo,
    block_allow,
    release_allow,
    request_claim,
    request_refuse,
    request_unclaim,
)
from investigate.release_requests.forms import AnswerForm
from investigate.release_requests.mail import ABOUT
from investigate.release_requests.models import Kind, ReleaseRequest
from investigate.release_requests.selectors import VIEWS, others_counts, others_of, request_page, requests_all

logger = logging.getLogger(__name__)


@require_safe
def request_list(request: ConsoleRequest) -> HttpResponse:
    """Show a page of requests in one of the views. The API is not called."""
    view, asked = request.GET.get("view", "waiting"), request.GET.get("page", "1")
    if view not in VIEWS:
        raise Http404("There is no such view.")
    number = int(asked) if asked.isascii() and asked.isdecimal() and 0 < len(asked) < 6 and int(asked) else 1
    rows, more = request_page(viewer=_user(request), view=view, number=number)
    counts, now = others_counts(rows), timezone.now()
    context = {
        "rows": [(row, counts[row.pk], now - (row.confirmed_at or now)) for row in rows],
        "views": VIEWS.items(),
        "view": view,
        "number": number,
        "more": more,
    }
    return render(request, "investigate/release_requests/list.html", context)


@require_safe
def detail(request: ConsoleRequest, request_id: int) -> HttpResponse:
    """Show one request beside its message."""
    return _page(request, _find(request_id), AnswerForm())


def _page(request: ConsoleRequest, found: ReleaseRequest, form: AnswerForm, status: int = 200) -> HttpResponse:
    pane, problem = None, None
    try:
        pane = open_pane(request, message_id=found.investigate_id, tab="summary", place=PaneLocation(None))
    except ApiError as error:
        logger.warning("The message of request %s could not be read: %r", found.pk, str(error))
        problem = problem_of(error)
    recipients = list(dict.fromkeys(pane.message.data.client_recipients)) if pane else []
    context = {
        "asked": found,
        "age": timezone.now() - (found.confirmed_at or found.opened_at),
        "others": others_of(found),
        "recipients": recipients,
        "is_for_one": can_release_one_copy(),
        "is_held": pane.message.data.is_quarantined if pane else None,
        "form": form,
        "pane": pane,
        "problem": problem,
        "may_block": can(request.user, Capability.BLOCK_SENDER),
        "trail": audit_of_object(kind=ABOUT, object_id=str(found.pk)),
    }
    return render(request, "investigate/release_requests/detail.html", context, status=status)


@require_POST
def allow(request: ConsoleRequest, request_id: int) -> HttpResponse:
    """Allow a release: it starts a job. The message is read again first, so that all who get it are known."""
    found, form = _find(request_id, Kind.RELEASE), AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, 422)
    try:
        message = api_client_for_console().investigate.get(found.investigate_id)
        release_allow(
            found,
            user=_user(request),
            actor=actor_of(request),
            message=message,
            answer=form.cleaned_data["answer"],
            takes_all=form.cleaned_data["takes_all"],
        )
    except OthersToo:
        form.add_error("takes_all", "The API releases a message to all of its recipients. Tick this if that is right.")
        return _page(request, found, form, 422)
    except AlreadyDecided:
        messages.warning(request, "Nothing was changed: somebody else has decided, or it has expired.")
    except ApiError as error:
        messages.error(request, f"Nothing was changed: the message could not be read. {error.reason}"[:500])
    else:
        messages.success(request, "Allowed. The recipient is told when the release is proven.")
    return redirect("release_requests:detail", request_id)


@require_POST
def block(request: ConsoleRequest, request_id: int) -> HttpResponse:
    """Block the sender for everybody, and tell the recipient."""
    found, form = _find(request_id, Kind.BLOCK), AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, 422)
    if not form.cleaned_data["takes_all"]:
        form.add_error("takes_all", "The API blocks a sender for everybody. Tick this if that is right.")
        return _page(request, found, form, 422)
    try:
        block_allow(
            found,
            user=_user(request),
            actor=actor_of(request),
            client=api_client_for_console(),
            answer=form.cleaned_data["answer"],
        )
    except AlreadyDecided:
        messages.warning(request, "Nothing was changed: somebody else has decided, or it has expired.")
    except ApiError as error:
        messages.error(request, f"The sender was not blocked, and the request still waits. {error.reason}"[:500])
    else:
        messages.success(request, "The sender is blocked for everybody, and the recipient is told.")
    return redirect("release_requests:detail", request_id)


@require_POST
def refuse(request: ConsoleRequest, request_id: int) -> HttpResponse:
    """Refuse a request, and tell the recipient."""
    found, form = _find(request_id), AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, 422)
    try:
        request_refuse(found, user=_user(request), actor=actor_of(request), answer=form.cleaned_data["answer"])
    except AlreadyDecided:
        messages.warning(request, "Nothing was changed: somebody else has decided, or it has expired.")
    else:
        messages.success(request, "Refused. The recipient is told.")
    return redirect("release_requests:detail", request_id)


@require_POST
def claim(request: ConsoleRequest, request_id: int) -> HttpResponse:
    """Claim a request."""
    try:
        request_claim(_find(request_id), user=_user(request), actor=actor_of(request))
    except AlreadyClaimed:
        messages.warning(request, "Somebody else has claimed it, or it does not wait any more.")
    return redirect("release_requests:detail", request_id)


@require_POST
def unclaim(request: ConsoleRequest, request_id: int) -> HttpResponse:
    """Give a request back."""
    request_unclaim(_find(request_id), actor=actor_of(request))
    return redirect("release_requests:detail", request_id)


def _find(request_id: int, kind: str = "") -> ReleaseRequest:
    found = requests_all().filter(pk=request_id)
    row = (found.filter(kind=kind) if kind else found).first()
    if row is None:
        raise Http404("There is no such request.")
    return row


def _user(request: ConsoleRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - for the type checker; the table of rights ensures it
    return request.user
