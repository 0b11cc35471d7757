"""Who may do what: `can` asks, `requires` guards a view.

Nobody gets further than their role, and a refusal leaves an audit row.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, NoReturn, ParamSpec, TypeVar

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import actor_of
from dashboard.audit.services import record
from dashboard.capabilities import CAPABILITIES, Capability, Role, can, capabilities_of, role_of
from dashboard.requests import ConsoleRequest

__all__ = ["CAPABILITIES", "Capability", "Role", "can", "capabilities_of", "demand", "requires", "role_of"]

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)


def requires(
    capability: Capability,
) -> Callable[
    [Callable[Concatenate[ConsoleRequest, P], R]], Callable[Concatenate[ConsoleRequest, P], R | HttpResponseBase]
]:
    """Let only people with the capability into the view.

    A stranger is sent to sign in and comes back afterwards; someone signed in who lacks the capability gets the 403
    page, and an audit row tells of it.
    """

    def decorate(
        view: Callable[Concatenate[ConsoleRequest, P], R],
    ) -> Callable[Concatenate[ConsoleRequest, P], R | HttpResponseBase]:
        @wraps(view)
        def guarded(request: ConsoleRequest, /, *args: P.args, **kwargs: P.kwargs) -> R | HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            if not can(request.user, capability):
                kind, object_id = (
                    ("message", kwargs["message_id"]) if "message_id" in kwargs else ("page", request.path)
                )
                _refuse(request, capability, object_kind=kind, object_id=str(object_id))
            return view(request, *args, **kwargs)

        guarded.capability = capability  # type: ignore[attr-defined]  # read by the test that walks every address
        return guarded

    return decorate


def _to_sign_in(request: ConsoleRequest) -> HttpResponseBase:
    """Send a stranger to the sign-in page; a fragment's request takes the whole page there."""
    if not request.htmx:
        return redirect_to_login(request.get_full_path())
    current = request.htmx.current_url_abs_path or ""
    if not url_has_allowed_host_and_scheme(current, allowed_hosts=None):
        current = "/"
    redirect = redirect_to_login(current, login_url=resolve_url(settings.LOGIN_URL))
    return HttpResponseClientRedirect(redirect["Location"])


def demand(request: ConsoleRequest, capability: Capability, *, object_kind: str, object_id: str) -> None:
    """Refuse whoever lacks the capability, for a part of a view that wants more than the view itself."""
    if not can(request.user, capability):
        _refuse(request, capability, object_kind=object_kind, object_id=object_id)


def _refuse(request: ConsoleRequest, capability: Capability, *, object_kind: str, object_id: str) -> NoReturn:
    """Write down who asked for what they may not do, then refuse it."""
    record(
        actor=actor_of(request),
        action=AuditAction.REFUSED,
        object_kind=object_kind,
        object_id=object_id,
        outcome=Outcome.REFUSED,
        detail={"capability": capability.value, "method": request.method or "", "path": request.path},
    )
    raise PermissionDenied(f"Your role does not include “{capability.value.replace('_', ' ')}”.")
