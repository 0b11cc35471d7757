"""Views of runs (bulk imports and deletions): plan, progress, apply, drop, undo, and the state of each line."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from dashboard.audit.actor import actor_of
from dashboard.polling import STOP_POLLING
from dashboard.requests import ConsoleRequest
from settings_admin.entries.forms import ListForm
from settings_admin.history.selectors import KIND_BY_RESOURCE
from settings_admin.kinds import DOMAINS, Kind
from settings_admin.runs.models import Run, RunAction, RunState
from settings_admin.runs.selectors import SHOWN, Tally, run_lines, run_list, run_tally, runs_of_backend
from settings_admin.runs.services import NotNow, deletion_begin, run_apply, run_drop, run_undo
from settings_admin.views.page_layout import page

IDS_AT_MOST = 1000


class ApplyForm(forms.Form):
    """Form that applies a plan: whether all or nothing, and the reason."""

    choice = forms.ChoiceField(choices=[("whole", "All or nothing"), ("good", "The good lines")])
    why = forms.CharField(required=False, max_length=1000)
    typed = forms.CharField(required=False, max_length=20)


@require_safe
def run_list_page(request: ConsoleRequest) -> HttpResponse:
    """List the newest imports and deletions."""
    rows = [(found, KIND_BY_RESOURCE.get(found.kind), run_tally(found)) for found in run_list()]
    return page(request, "runs.html", {"rows": rows})


@require_POST
def delete_many(request: ConsoleRequest, kind: Kind) -> HttpResponse:
    """Plan the deletion of the selected entries, or of all that match the list's filters, and show the plan.

    Nothing is deleted before a user applies the plan.
    """
    filters = QueryDict(request.POST.get("query", "").removeprefix("?"))
    form = ListForm(kind, filters)
    ids = list(dict.fromkeys(one for one in request.POST.getlist("ids") if 0 < len(one) <= 64))[:IDS_AT_MOST]
    wants_all = request.POST.get("all") == "1"
    if not form.is_valid() or (not ids and not wants_all):
        messages.error(request, "Select what is to be deleted first.")
        return redirect("settings_admin:list", kind=kind)
    made = deletion_begin(kind=kind, ids=[] if wants_all else ids, filters=form.filters(), actor=actor_of(request))
    return redirect("settings_admin:run", made.pk)


@require_safe
def run(request: ConsoleRequest, run_id: UUID) -> HttpResponse:
    """Show a run with its lines."""
    found = _run(run_id)
    tally = run_tally(found)
    asked, after = request.GET.get("show", ""), request.GET.get("after", "0")
    show = asked if asked in SHOWN else ("refused" if not asked and tally.refused else "all")
    lines, more = run_lines(found, show=show, after=int(after) if after.isdecimal() and len(after) < 10 else 0)
    context = _about(found, tally) | {"lines": lines, "more": more, "show": show, "groups": _groups(tally)}
    template = "_run_lines.html" if request.htmx and request.htmx.target == "run-lines" else "run.html"
    return page(request, template, context, kind=KIND_BY_RESOURCE[found.kind])


def _run(run_id: UUID) -> Run:
    found: Run = get_object_or_404(runs_of_backend().defer("source"), pk=run_id)
    return found


def _about(found: Run, tally: Tally) -> dict[str, Any]:
    is_typed = found.kind == DOMAINS.resource and found.action == RunAction.DELETE
    return {
        "run": found,
        "tally": tally,
        "percent": round(100 * tally.settled / tally.writing) if tally.writing else 0,
        "is_typed": is_typed,
        "is_import": found.action == RunAction.IMPORT,
        "can_undo": found.state in {RunState.DONE, RunState.FAILED} and bool(tally.done),
    }


def _groups(tally: Tally) -> list[tuple[str, str, int]]:
    counts = {
        "refused": tally.refused,
        "failed": tally.failed + tally.stuck,
        "add": tally.added,
        "change": tally.changed,
        "delete": tally.deleted,
        "leave": tally.left,
    }
    return [(name, SHOWN[name][0], count) for name, count in counts.items() if count]


@require_safe
def progress(request: ConsoleRequest, run_id: UUID) -> HttpResponse:
    """Show the progress of a run.

    Once no worker has work left, status 286 stops the browser's polling, and an event reloads the lines.
    """
    found = _run(run_id)
    context = _about(found, run_tally(found))
    status = 200 if found.is_working else STOP_POLLING
    answer = page(request, "_run_progress.html", context, kind=KIND_BY_RESOURCE[found.kind], status=status)
    return answer if found.is_working else trigger_client_event(answer, "run-settled")


@require_POST
def apply(request: ConsoleRequest, run_id: UUID) -> HttpResponse:
    """Apply a plan."""
    found, form = _run(run_id), ApplyForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose whether it is all or nothing.")
        return redirect("settings_admin:run", found.pk)
    tally = run_tally(found)
    if _about(found, tally)["is_typed"] and form.cleaned_data["typed"].replace(",", "") != str(tally.deleted):
        messages.error(request, f"Type {tally.deleted} to stop protecting so many domains.")
        return redirect("settings_admin:run", found.pk)
    is_whole, why = form.cleaned_data["choice"] == "whole", form.cleaned_data["why"]
    return _carry_out(
        request, found, partial(run_apply, run=found, is_whole=is_whole, why=why, actor=actor_of(request))
    )


@require_POST
def drop(request: ConsoleRequest, run_id: UUID) -> HttpResponse:
    """Drop a plan."""
    found = _run(run_id)
    return _carry_out(request, found, partial(run_drop, run=found, actor=actor_of(request)))


@require_POST
def undo(request: ConsoleRequest, run_id: UUID) -> HttpResponse:
    """Undo what a run has written."""
    found = _run(run_id)
    return _carry_out(request, found, partial(run_undo, run=found, actor=actor_of(request)))


def _carry_out(request: ConsoleRequest, run: Run, service: Callable[[], object]) -> HttpResponse:
    """Call the service and redirect to the run's page, with the reason if the run's state does not allow it."""
    try:
        service()
    except NotNow as error:
        messages.error(request, str(error))
    return redirect("settings_admin:run", run.pk)
