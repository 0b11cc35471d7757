"""Access control for views: `requires` guards a view, `demand` a part of one, and `can` checks a capability.

Every refusal is recorded in the audit trail.
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
    """Return a decorator that lets only users with the capability into the view.

    Anonymous users are redirected to the sign-in page, and back after sign-in. Users without the capability get the
    403 page, and the refusal is recorded in the audit trail.
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

        guarded.capability = capability  # type: ignore[attr-defined]  # read by the test that requests every URL
        return guarded

    return decorate


def _to_sign_in(request: ConsoleRequest) -> HttpResponseBase:
    """Redirect to the sign-in page. For an htmx request, the whole page is redirected, not only the fragment."""
    if not request.htmx:
        return redirect_to_login(request.get_full_path())
    current = request.htmx.current_url_abs_path or ""
    if not url_has_allowed_host_and_scheme(current, allowed_hosts=None):
        current = "/"
    redirect = redirect_to_login(current, login_url=resolve_url(settings.LOGIN_URL))
    return HttpResponseClientRedirect(redirect["Location"])


def demand(request: ConsoleRequest, capability: Capability, *, object_kind: str, object_id: str) -> None:
    """Raise PermissionDenied if the user lacks the capability, and record it in the audit trail.

    Use this where a part of a view requires more than the view itself.
    """
    if not can(request.user, capability):
        _refuse(request, capability, object_kind=object_kind, object_id=object_id)


def _refuse(request: ConsoleRequest, capability: Capability, *, object_kind: str, object_id: str) -> NoReturn:
    """Record the refusal in the audit trail, then raise PermissionDenied."""
    record(
        actor=actor_of(request),
        action=AuditAction.REFUSED,
        object_kind=object_kind,
        object_id=object_id,
        outcome=Outcome.REFUSED,
        detail={"capability": capability.value, "method": request.method or "", "path": request.path},
    )
    raise PermissionDenied(f"Your role does not include “{capability.value.replace('_', ' ')}”.")
