"""Pages of alerts: the list, the form, and one alert with what it found."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dashboard.audit.actor import actor_of
from dashboard.outbox.selectors import entries_about
from dashboard.requests import ConsoleRequest
from investigate.alerts.forms import TEAM, AlertForm
from investigate.alerts.models import Alert, Way
from investigate.alerts.selectors import alerts_for, findings_of, may_change
from investigate.alerts.services import OF_A_PERSON, TooMany, alert_create, alert_delete, alert_switch, alert_try

LISTED_AT_MOST = 200
FOUND_AT_MOST = 50


@require_safe
def list_page(request: ConsoleRequest) -> HttpResponse:
    """List the person's alerts and the team's."""
    user = _user(request)
    alerts = [(alert, may_change(user, alert)) for alert in alerts_for(user)[:LISTED_AT_MOST]]
    return render(request, "investigate/alerts/list.html", {"alerts": alerts})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ConsoleRequest) -> HttpResponse:
    """Show the form of a new alert, or make it. `saved` chooses a saved search, `kind` what to look for."""
    user = _user(request)
    given = {name: request.GET[name] for name in ("saved", "kind") if name in request.GET}
    form = AlertForm(request.POST, user=user) if request.method == "POST" else AlertForm(initial=given, user=user)
    if request.method == "POST" and form.is_valid():
        owner = None if form.cleaned_data["of"] == TEAM else user
        try:
            made = alert_create(actor=actor_of(request), owner=owner, values=form.cleaned_data)
        except TooMany:
            form.add_error(None, f"There are {OF_A_PERSON} alerts of yours already. Delete one first.")
        else:
            messages.success(request, f"“{made.name}” looks from now on.")
            return redirect("alerts:list")
    return render(request, "investigate/alerts/form.html", {"form": form})


@require_safe
def detail(request: ConsoleRequest, alert_id: int) -> HttpResponse:
    """Show an alert, what it found last, and what of it is in the outbox."""
    alert = _find(request, alert_id)
    context = {
        "alert": alert,
        "may_change": may_change(_user(request), alert),
        "findings": findings_of(alert, at_most=FOUND_AT_MOST),
        "sent": list(entries_about("alert", str(alert.pk)).order_by("-id")[:10]),
    }
    return render(request, "investigate/alerts/detail.html", context)


@require_POST
def switch_on(request: ConsoleRequest, alert_id: int) -> HttpResponse:
    """Switch an alert on."""
    alert = _changeable(request, alert_id)
    alert_switch(actor=actor_of(request), alert=alert, is_on=True)
    return redirect("alerts:detail", alert.pk)


@require_POST
def switch_off(request: ConsoleRequest, alert_id: int) -> HttpResponse:
    """Switch an alert off."""
    alert = _changeable(request, alert_id)
    alert_switch(actor=actor_of(request), alert=alert, is_on=False)
    return redirect("alerts:detail", alert.pk)


@require_POST
def trial(request: ConsoleRequest, alert_id: int) -> HttpResponse:
    """Send a trial to where the alert tells."""
    alert = _changeable(request, alert_id)
    target = _user(request).email if alert.owner_id and alert.way == Way.MAIL else alert.target
    alert_try(actor=actor_of(request), alert=alert, target=target)
    messages.success(request, "The trial is on its way. Below stands what became of it.")
    return redirect("alerts:detail", alert.pk)


@require_POST
def delete(request: ConsoleRequest, alert_id: int) -> HttpResponse:
    """Delete an alert."""
    alert = _changeable(request, alert_id)
    alert_delete(actor=actor_of(request), alert=alert)
    messages.success(request, f"“{alert.name}” is deleted.")
    return redirect("alerts:list")


def _find(request: ConsoleRequest, alert_id: int) -> Alert:
    return get_object_or_404(alerts_for(_user(request)), pk=alert_id)


def _changeable(request: ConsoleRequest, alert_id: int) -> Alert:
    alert = _find(request, alert_id)
    if not may_change(_user(request), alert):
        raise PermissionDenied("The team's alerts are changed by whoever manages what is sent.")
    return alert


def _user(request: ConsoleRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - for the type checker; the table of rights ensures it
    return request.user
