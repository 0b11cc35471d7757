"""Pages of selections: create one, watch it being gathered, check it, and preview a job on it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from dashboard.jobs.actions import ACTIONS
from dashboard.jobs.api_jobs import bulk_refusal_reason
from dashboard.jobs.approval.requirement import needs_approval
from dashboard.jobs.pages.forms import JobForm, ListForm
from dashboard.jobs.pages.permission import check_action, may_act, safe_page, viewer
from dashboard.jobs.selections.models import Selection, SelectionCheck, Source
from dashboard.jobs.selections.search_form import SearchSelectionForm
from dashboard.jobs.selections.selectors import drifted, forecast, held_in, newest_check
from dashboard.jobs.selections.services import LOOK_AGAIN_AFTER, selection_check, selection_create
from dashboard.jobs.sensible import sensible_for
from dashboard.jobs.states import JobAction
from dashboard.polling import STOP_POLLING
from dashboard.requests import ConsoleRequest, wants_fragment
from dashboard.walking.services import walk_cancel

CARRIED = ("action", "destination", "disposition", "reason", "next", "sheet", "about")


KEYS = {JobAction.MOVE: "m", JobAction.RELEASE: "r", JobAction.RECLASSIFY: "c"}
"""The keys of the actions, the same on every page."""


def preview_url(selection: Selection, **chosen: str) -> str:
    """Return the URL of a selection's page, with the chosen action as parameters."""
    query = urlencode({name: value for name, value in chosen.items() if value})
    return reverse("jobs:selection", args=[selection.pk]) + (f"?{query}" if query else "")


@require_POST
def select(request: ConsoleRequest) -> HttpResponse:
    """Select everything that a search finds, of any size, and redirect to the selection's page.

    POST to /jobs/selections/ (`jobs:select`). The search has the parameters of `SearchFilters`: `query`, `sender`,
    `recipient`, `domain`, `subject`, `exact_subject`, `message_id`, `alert_id`, `smtp_helo_ip`, `final_disposition`,
    `message_action`, `delivery_status`, each repeated for several values, and `detections_only` (on, or left out).
    `start` and `end` are required: ISO 8601 times with an offset, both inclusive. Optional are `label`, a description
    of what was chosen; `action`, `destination` and `disposition`, what is to be done; and `next`, the page to go back
    to. Answers 302 to the selection's page, or 422 if the search is invalid.
    """
    form = SearchSelectionForm(request.POST)
    check_action(request, request.POST.get("action", ""))
    if not form.is_valid():
        back = safe_page(request, request.POST.get("next", ""))
        return render(request, "jobs/selections/nothing.html", {"form": form, "back": back}, status=422)
    selection = selection_create(
        user=viewer(request),
        filters=form.filters(),
        start=form.cleaned_data["start"],
        end=form.cleaned_data["end"],
        label=form.cleaned_data["label"] or "All that a search finds",
    )
    target = preview_url(selection, **{name: request.POST.get(name, "") for name in CARRIED})
    return HttpResponseClientRedirect(target) if request.htmx else redirect(target)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ConsoleRequest) -> HttpResponse:
    """Create a selection from a list of ids, pasted or uploaded."""
    if request.method != "POST":
        return render(request, "jobs/selections/new.html", {"form": ListForm()})
    form = ListForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "jobs/selections/new.html", {"form": form}, status=422)
    ids = form.cleaned_data["ids"]
    selection = selection_create(user=viewer(request), ids=ids, source=Source.LIST, label=f"A list of {len(ids):,} ids")
    return redirect(preview_url(selection))


@require_safe
def selection(request: ConsoleRequest, selection_id: UUID) -> HttpResponse:
    """Show a selection: its progress while it is gathered, then what a job would do to it and what has changed."""
    row = _own(request, selection_id)
    check_action(request, request.GET.get("action", ""))
    chosen = {name: request.GET.get(name, "") for name in ("action", "destination", "disposition", "reason")}
    if row.source == Source.UNDO:
        chosen |= {"action": JobAction.MOVE.value, "destination": ""}
    elif row.is_frozen and not chosen["action"]:
        sensible = sensible_for(row.tallies)
        if may_act(request, sensible.action):
            chosen |= {"action": sensible.action, "destination": sensible.destination}
    return preview(request, row, JobForm(initial=chosen), status=200)


def preview(request: ConsoleRequest, row: Selection, form: JobForm, *, status: int) -> HttpResponse:
    """Render the page of a selection, with the form that starts the job."""
    action = str(form["action"].value() or "")
    destination = str(form["destination"].value() or "")
    if action not in ACTIONS or not may_act(request, action):
        action = ""
    form.is_undo = row.source == Source.UNDO
    form.focus_first_empty()
    context = _drift_context(row) | {
        "selection": row,
        "form": form,
        "chosen": action,
        "action": ACTIONS.get(action),
        "actions": _actions(request, row),
        "is_undo": row.source == Source.UNDO,
        "back": safe_page(request, request.POST.get("next") or request.GET.get("next") or ""),
        "is_sheet": bool(request.POST.get("sheet") or request.GET.get("sheet")),
        "about": request.POST.get("about") or request.GET.get("about") or "",
        "progress_url": _progress_url(request, row),
    }
    if row.is_active:
        context["forecast"] = forecast(row, action=action, destination=destination)
    if row.is_frozen:
        folders = row.tallies.get("folders", {}) if row.source == Source.UNDO else [destination]
        context |= {
            "forecast": forecast(row, action=action, destination=destination),
            "can_bulk": bool(action) and not bulk_refusal_reason(row, action=action, destination=destination),
            "needs_approval": bool(action) and needs_approval(action, folders, row.size, user=viewer(request)),
            "acts": bool(action) and not (action == JobAction.MOVE and held_in(row) == row.size),
        }
    return render(request, "jobs/selections/selection.html", context, status=status)


@require_safe
def progress(request: ConsoleRequest, selection_id: UUID) -> HttpResponse:
    """Show how far a selection is gathered. When it is complete, the page is reloaded."""
    row = _own(request, selection_id)
    if not row.is_active:
        if wants_fragment(request):
            return HttpResponseClientRefresh()
        return redirect(preview_url(row))
    context = {
        "selection": row,
        "progress_url": request.get_full_path(),
        "forecast": forecast(row, action=request.GET.get("action", ""), destination=""),
        "action": request.GET.get("action", ""),
    }
    return render(request, "jobs/selections/_progress.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: ConsoleRequest, selection_id: UUID) -> HttpResponse:
    """Start a check of a selection for drift (POST), or show what the newest check found."""
    row = _own(request, selection_id)
    if request.method == "POST" and row.is_frozen:
        selection_check(row, user=viewer(request))
    if not wants_fragment(request):
        return redirect(preview_url(row, **{name: request.POST.get(name, "") for name in CARRIED}))
    context = _drift_context(row) | {"selection": row}
    done = context["check"] is not None and not context["check"].is_active
    return render(request, "jobs/selections/_drift.html", context, status=STOP_POLLING if done else 200)


@require_POST
def abandon(request: ConsoleRequest, selection_id: UUID) -> HttpResponse:
    """Stop gathering a selection, and redirect to the page before."""
    walk_cancel(_own(request, selection_id))
    return redirect(safe_page(request, request.POST.get("next", "")))


def _progress_url(request: ConsoleRequest, row: Selection) -> str:
    action = request.GET.get("action", "")
    query = urlencode({"action": action}) if action in ACTIONS else ""
    return reverse("jobs:selection_progress", args=[row.pk]) + (f"?{query}" if query else "")


def _own(request: ConsoleRequest, selection_id: UUID) -> Selection:
    return get_object_or_404(Selection, pk=selection_id, created_by=viewer(request))


def _drift_context(row: Selection) -> dict[str, Any]:
    newest: SelectionCheck | None = newest_check(row)
    looked = (newest.started_at or newest.created_at) if newest else row.looked_at
    return {
        "check": newest,
        "drifted": drifted(row) if newest and newest.has_drift else [],
        "is_stale": row.is_frozen and not (newest and newest.is_active) and looked < timezone.now() - LOOK_AGAIN_AFTER,
    }


def _actions(request: ConsoleRequest, row: Selection) -> list[tuple[str, str, str, str]]:
    """Return the actions that the person may carry out: their name, label, key, and the URL that chooses them."""
    following = {name: request.GET.get(name, "") for name in ("next", "sheet", "about", "reason")}
    return [
        (value.value, value.label, KEYS[value], preview_url(row, action=value.value, **following))
        for value in JobAction
        if may_act(request, value)
    ]
