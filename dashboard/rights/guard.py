"""Middleware that lets each request through only if the table of rights says so."""

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from dashboard.capabilities import can
from dashboard.requests import ConsoleRequest
from dashboard.rights.table import TABLE, Audience, Right, methods_of, right_of
from dashboard.roles import refuse


class RightsMiddleware:
    """Decide by URL name and method before the view runs.

    Anonymous users are redirected to the sign-in page, and back after sign-in. Users without the capability get the
    403 page, and the refusal is recorded in the audit trail. A URL without a row is closed to everybody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Return None to let the request through, or the response that it gets instead."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name not in TABLE:
            raise PermissionDenied("This address is in no table of rights.")
        right = right_of(name, request.method or "")
        if right is None and Right(Audience.OWN_CREDENTIALS) in TABLE[name].values():
            return None  # The API answers in its own form to whatever it doesn't know.
        if right is None:
            return HttpResponseNotAllowed(methods_of(name))
        return _judged(cast("ConsoleRequest", request), right, kwargs)


def _judged(request: ConsoleRequest, right: Right, kwargs: dict[str, Any]) -> HttpResponseBase | None:
    if right.wanted in (Audience.EVERYBODY, Audience.OWN_CREDENTIALS):
        return None
    if not request.user.is_authenticated:
        return to_sign_in(request)
    if not isinstance(right.wanted, Audience) and not can(request.user, right.wanted):
        kind, object_id = ("message", kwargs["message_id"]) if "message_id" in kwargs else ("page", request.path)
        refuse(request, right.wanted, object_kind=kind, object_id=str(object_id))
    return None


def to_sign_in(request: ConsoleRequest) -> HttpResponseBase:
    """Redirect to the sign-in page. For an htmx request, the whole page is redirected, not only the fragment."""
    if not request.htmx:
        return redirect_to_login(request.get_full_path())
    current = request.htmx.current_url_abs_path or ""
    if not url_has_allowed_host_and_scheme(current, allowed_hosts=None):
        current = "/"
    redirect = redirect_to_login(current, login_url=resolve_url(settings.LOGIN_URL))
    return HttpResponseClientRedirect(redirect["Location"])
