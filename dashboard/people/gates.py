"""Middleware that keeps a person to a few pages until what is due is done, and notes that sessions are used."""

from collections.abc import Callable
from typing import Any, cast

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect

from dashboard.people.first_passwords import DUE
from dashboard.people.second_factors.requirement import second_factor_is_due
from dashboard.polling import STOP_POLLING
from dashboard.requests import ConsoleRequest
from dashboard.return_url import return_url
from dashboard.rights.table import POLLED, right_of

ALWAYS_OPEN = frozenset({"healthz", "people:theme", "account_logout", "account_login", "account_inactive"})
WHILE_PASSWORD_IS_DUE = ALWAYS_OPEN | {"account_change_password"}
WHILE_FACTOR_IS_DUE = ALWAYS_OPEN | {
    "account_change_password",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_view_recovery_codes",
}


class SignInGatesMiddleware:
    """Redirect to what is due: another password than the first one, a second factor, a recent proof of who one is.

    It runs after the guard of rights, so that only those are asked for something who may do it then.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, _kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Return None to let the request through, or a redirect to what is due."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name.startswith("gateway-") or not isinstance(request.user, User):
            return None
        asked = cast("ConsoleRequest", request)
        if name not in POLLED:
            request.session.touch()  # type: ignore[attr-defined]  # our own engine's
        if due := _what_is_due(asked, name):
            # What a page asks for by itself must not lead that page away, which may be the one that is due.
            return HttpResponse(status=STOP_POLLING) if name in POLLED else _lead(asked, due)
        right = right_of(name, request.method or "")
        if right is not None and right.recent and not is_recent(asked):
            return ask_again(asked, back=_page_to_return_to(asked))
        return None


def _what_is_due(request: ConsoleRequest, name: str) -> str:
    """Return the address of what has to be done before anything else, or an empty string."""
    if request.session.get(DUE):
        return "" if name in WHILE_PASSWORD_IS_DUE else reverse("account_change_password")
    if name not in WHILE_FACTOR_IS_DUE and second_factor_is_due(request):
        return reverse("mfa_index")
    return ""


def is_recent(request: ConsoleRequest) -> bool:
    """Return whether the person proved who they are within GATEHOUSE_REAUTHENTICATION_MINUTES, in this session."""
    assert isinstance(request.user, User)  # noqa: S101 - the caller has asked for it
    records = get_authentication_records(request, request.user)
    newest = max((float(record["at"]) for record in records), default=0.0)
    return timezone.now().timestamp() - newest < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def ask_again(request: ConsoleRequest, *, back: str) -> HttpResponse:
    """Lead to the page that asks for the password, and from there to `back`, a path of this console.

    What was posted has to be posted again.
    """
    messages.info(request, "Confirm that it is you, then do it again.")
    way, query = "account_reauthenticate", {"next": back}
    if not get_adapter(request).get_reauthentication_methods(request.user):
        way, query = "openid_connect_login", query | {"auth_params": "prompt=login"}
    return _lead(request, f"{reverse(way)}?{urlencode(query)}")


def _page_to_return_to(request: ConsoleRequest) -> str:
    """Return the page itself, or for what a form posts the page that it was on, as the browser names it."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    return return_url(request, default="/", candidate=_page_of_form(request))


def _page_of_form(request: ConsoleRequest) -> str:
    return (request.htmx.current_url if request.htmx else "") or request.headers.get("Referer", "")


def _lead(request: ConsoleRequest, url: str) -> HttpResponse:
    """Redirect the whole page, also from a fragment."""
    return HttpResponseClientRedirect(url) if request.htmx else HttpResponseRedirect(url)
