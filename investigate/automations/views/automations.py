"""Pages of automations: the list, the form, and one automation with what it did or would have done."""

from __future__ import annotations

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dashboard.audit.actor import actor_of
from dashboard.requests import ConsoleRequest
from investigate.automations.bounds import missing_right
from investigate.automations.forms import AutomationForm
from investigate.automations.models import Automation
from investigate.automations.replaying import DAYS, KEPT_AT_MOST
from investigate.automations.selectors import (
    automations_all,
    counts_of,
    firings_of,
    replay_of,
    room_of,
    run_shown,
)
from investigate.automations.services import (
    WrongMode,
    automation_create,
    automation_delete,
    automation_edit,
    automation_replay,
)
from investigate.automations.states import Mode, Run

LISTED_AT_MOST = 500


def find(automation_id: int) -> Automation:
    """Return the automation with this key on the configured backend. Raise Http404 if there is none."""
    return get_object_or_404(automations_all(), pk=automation_id)


@require_safe
def list_page(request: ConsoleRequest) -> HttpResponse:
    """List the automations with their modes, those that stopped first."""
    found = sorted(automations_all()[:LISTED_AT_MOST], key=lambda one: one.mode != Mode.STOPPED)
    rows = [(one, counts_of(one, run_shown(one, ""))) for one in found]
    return render(request, "investigate/automations/list.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ConsoleRequest) -> HttpResponse:
    """Show the form of a new automation, or create it in watch mode."""
    form = AutomationForm(request.POST) if request.method == "POST" else AutomationForm(initial={"reporters": 1})
    if request.method == "POST" and form.is_valid():
        try:
            made = automation_create(actor=actor_of(request), values=form.cleaned_data)
        except IntegrityError:
            form.add_error("name", "Another automation has this name.")
        else:
            messages.success(request, f"“{made.name}” watches, and is replayed on the last {DAYS} days.")
            return redirect("automations:detail", made.pk)
    return _form_page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: ConsoleRequest, automation_id: int) -> HttpResponse:
    """Show the form of an automation, or change it: it watches from then on."""
    automation = find(automation_id)
    if request.method != "POST":
        return _form_page(request, AutomationForm.of(automation), automation)
    form = AutomationForm(request.POST, automation=automation)
    if form.is_valid():
        try:
            automation_edit(actor=actor_of(request), automation=automation, values=form.cleaned_data)
        except IntegrityError:
            form.add_error("name", "Another automation has this name.")
        else:
            messages.success(request, "Saved. It watches now: switch it on when you have seen what it would do.")
            return redirect("automations:detail", automation.pk)
    return _form_page(request, form, automation)


@require_safe
def detail(request: ConsoleRequest, automation_id: int) -> HttpResponse:
    """Show an automation and one of its records: what it did, would have done, or would have done in 30 days.

    Parameters: `show` (real, watch or replay) and `before`, the key below which a page begins.
    """
    automation = find(automation_id)
    run = run_shown(automation, request.GET.get("show", ""))
    before = request.GET.get("before", "")
    page = firings_of(automation, run, before=int(before) if before.isdecimal() and len(before) < 19 else None)
    hour, unattended = room_of(automation)
    context = {
        "automation": automation,
        "run": run,
        "runs": [(one.value, _RUN_LABELS[one], counts_of(automation, one)) for one in Run],
        "page": page,
        "counts": counts_of(automation, run),
        "replay": replay_of(automation),
        "replay_days": DAYS,
        "replay_most": KEPT_AT_MOST,
        "left_hour": hour,
        "left_unattended": unattended,
        "lacks": missing_right(automation, request.user),  # type: ignore[arg-type]  # the table of rights lets a user in
    }
    return render(request, "investigate/automations/detail.html", context)


_RUN_LABELS = {Run.REAL: "Acted", Run.WATCH: "Watched", Run.REPLAY: f"Last {DAYS} days"}


@require_POST
def replay(request: ConsoleRequest, automation_id: int) -> HttpResponse:
    """Replay the last 30 days anew."""
    automation_replay(actor=actor_of(request), automation=find(automation_id))
    messages.success(request, f"The last {DAYS} days are replayed. Nothing is changed by that.")
    response = redirect("automations:detail", automation_id)
    response["Location"] += "?show=replay"
    return response


@require_POST
def delete(request: ConsoleRequest, automation_id: int) -> HttpResponse:
    """Delete an automation that is off and was not shipped."""
    automation = find(automation_id)
    try:
        automation_delete(actor=actor_of(request), automation=automation)
    except WrongMode:
        messages.warning(request, "Switch it off before you delete it. What Gatehouse ships stays.")
        return redirect("automations:detail", automation.pk)
    messages.success(request, f"“{automation.name}” is deleted.")
    return redirect("automations:list")


def _form_page(request: ConsoleRequest, form: AutomationForm, automation: Automation | None) -> HttpResponse:
    context = {"form": form, "automation": automation, "replay_days": DAYS}
    return render(request, "investigate/automations/form.html", context, status=422 if form.errors else 200)
