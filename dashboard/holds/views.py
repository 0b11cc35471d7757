"""Page of legal holds: list, set, lift. It exists where the gateway runs here, since another API has no holds."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from dashboard.audit.actor import actor_of
from dashboard.holds.forms import HoldForm
from dashboard.holds.selectors import holds, unknown_messages
from dashboard.holds.services import hold_lift, hold_set
from dashboard.requests import ConsoleRequest


@require_safe
def holds_page(request: ConsoleRequest) -> HttpResponse:
    """List the holds, those in force first."""
    return _page(request, HoldForm(initial={"message_ids": request.GET.get("message", "")[:320]}))


@require_POST
def set_hold(request: ConsoleRequest) -> HttpResponse:
    """Set a hold."""
    _require_gateway()
    form = HoldForm(request.POST)
    if form.is_valid() and not form.cleaned_data["anyway"]:
        form.ask_about(unknown_messages(form.cleaned_data["message_ids"]))
    if not form.is_valid():
        return _page(request, form, status=422)
    what = {name: value for name, value in form.cleaned_data.items() if name != "anyway"}
    made = hold_set(actor=actor_of(request), what=what)
    messages.success(request, f"Retention keeps what “{made.name}” names.")
    return redirect("holds:list")


@require_POST
def lift(request: ConsoleRequest, hold_id: UUID) -> HttpResponse:
    """Lift a hold."""
    _require_gateway()
    made = hold_lift(actor=actor_of(request), hold_id=str(hold_id))
    messages.success(request, f"“{made.name}” is lifted. What it named may be deleted again.")
    return redirect("holds:list")


def _page(request: ConsoleRequest, form: HoldForm, *, status: int = 200) -> HttpResponse:
    _require_gateway()
    known = sorted(holds(), key=lambda hold: hold.lifted_at is not None)
    context = {"form": form, "holds": known, "mail_days": settings.GATEWAY_MAIL_DAYS}
    return render(request, "holds/list.html", context, status=status)


def _require_gateway() -> None:
    if not settings.GATEWAY_EMBEDDED:
        raise Http404("This API has no legal holds.")
