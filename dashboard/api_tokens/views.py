"""Views of the API tokens. There are none where the API is not the embedded gateway."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from api_client.errors import BadRequest, Conflict, NotFound
from api_client.models import ApiToken, ApiTokenSecret
from dashboard.api_tokens.forms import RIGHTS, NarrowForm, NewTokenForm, RotateForm
from dashboard.api_tokens.services import token_make, token_narrow, token_revoke, token_rotate
from dashboard.audit.actor import actor_of
from dashboard.backend import api_client_for_console, backend_is_embedded
from dashboard.requests import ConsoleRequest

P = ParamSpec("P")


def _embedded_only(
    view: Callable[Concatenate[ConsoleRequest, P], HttpResponse],
) -> Callable[Concatenate[ConsoleRequest, P], HttpResponse]:
    """Return the view, which isn't there on another API than the embedded gateway."""

    @wraps(view)
    def shown(request: ConsoleRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not backend_is_embedded():
            raise Http404("Tokens are managed where the API is.")
        return view(request, *args, **kwargs)

    return shown


@require_safe
@_embedded_only
def token_list(request: ConsoleRequest) -> HttpResponse:
    """List the tokens."""
    return _list(request)


def _list(request: ConsoleRequest, made: ApiTokenSecret | None = None) -> HttpResponse:
    found = api_client_for_console().tokens.list()
    tokens = sorted(found, key=lambda token: (token.state != "active", token.name))
    return render(request, "api_tokens/list.html", {"tokens": tokens, "made": made, "rights": _labels()})


def _writes_wait() -> bool:
    return bool(settings.GATEWAY_API_APPROVALS == "wait")


def _labels() -> dict[str, str]:
    return {right.value: label for right, label in RIGHTS.items()}


@require_http_methods(["GET", "HEAD", "POST"])
@_embedded_only
@never_cache
def new(request: ConsoleRequest) -> HttpResponse:
    """Make a token and show its secret, which is shown only here."""
    form = NewTokenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = token_make(
                name=form.cleaned_data["name"],
                scope=form.cleaned_data["scope"],
                rights=form.cleaned_data["rights"],
                networks=form.network_lines(),
                expires_at=form.expiry_time(),
                actor=actor_of(request),
            )
            return _list(request, made)
        except BadRequest as error:
            form.add_refusals(error)
    context = {"form": form, "writes_wait": _writes_wait()}
    return render(request, "api_tokens/new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@_embedded_only
def token(request: ConsoleRequest, token_id: int) -> HttpResponse:
    """Show a token, with what can be done to it, and narrow it by what the form keeps."""
    found = _token(token_id)
    form = NarrowForm(found, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            token_narrow(
                token=found,
                scope=form.cleaned_data["scope"],
                rights=form.cleaned_data["rights"],
                networks=form.network_lines(),
                expires_at=form.expiry_time(),
                actor=actor_of(request),
            )
        except BadRequest as error:
            form.add_refusals(error)
        except Conflict as error:
            messages.error(request, error.reason)
            return redirect("api_tokens:token", token_id)
        else:
            messages.success(request, f"{found.name} may do less now.")
            return redirect("api_tokens:token", token_id)
    context = {"token": found, "form": form, "rotate": RotateForm(), "rights": _labels(), "writes_wait": _writes_wait()}
    return render(request, "api_tokens/token.html", context, status=422 if form.errors else 200)


@require_POST
@_embedded_only
@never_cache
def rotate(request: ConsoleRequest, token_id: int) -> HttpResponse:
    """Have a new secret made, and show it only here."""
    found, form = _token(token_id), RotateForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose for how long the old secret stays valid.")
        return redirect("api_tokens:token", token_id)
    try:
        made = token_rotate(token=found, grace_hours=form.cleaned_data["grace_hours"], actor=actor_of(request))
    except Conflict as error:
        messages.error(request, error.reason)
        return redirect("api_tokens:token", token_id)
    if not made.secret:
        messages.success(request, "The console has a new secret. Its processes read it with their next call.")
        return redirect("api_tokens:list")
    return _list(request, made)


@require_POST
@_embedded_only
def revoke(request: ConsoleRequest, token_id: int) -> HttpResponse:
    """End a token at once."""
    found = _token(token_id)
    try:
        token_revoke(token=found, actor=actor_of(request))
    except Conflict as error:
        messages.error(request, error.reason)
        return redirect("api_tokens:token", token_id)
    messages.success(request, f"{found.name} is revoked. Calls with it are refused.")
    return redirect("api_tokens:list")


def _token(token_id: int) -> ApiToken:
    try:
        return api_client_for_console().tokens.get(str(token_id))
    except NotFound:
        raise Http404("There is no such token.") from None
