"""Views of the policies' change history, and restoring an entry to an earlier version."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from api_client import ApiError, NotFound
from api_client.errors import StatusError
from dashboard.audit.actor import actor_of
from dashboard.requests import ConsoleRequest
from settings_admin.entries.api import Policies
from settings_admin.entries.rows import changed_query
from settings_admin.entries.services import Locked, entry_put_back, refusals_of
from settings_admin.history.models import Change
from settings_admin.history.selectors import (
    KIND_BY_RESOURCE,
    change_list,
    changes_of_backend,
    differences_of,
)
from settings_admin.kinds import KINDS
from settings_admin.views.page_layout import page, reason, write_problem


class HistoryForm(forms.Form):
    """Filters of the change history."""

    kind = forms.ChoiceField(required=False, choices=[("", "Any"), *((kind.resource, kind.title) for kind in KINDS)])
    person = forms.CharField(label="Who", required=False, max_length=150)
    search = forms.CharField(label="Name or reason", required=False, max_length=200)
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)


@require_safe
def change_list_page(request: ConsoleRequest) -> HttpResponse:
    """List the changes of all policies, newest first."""
    form = HistoryForm(request.GET)
    if not form.is_valid():
        return page(request, "history.html", {"form": form, "is_filtered": True}, status=422)
    changes, older = change_list(**form.cleaned_data)
    context = {
        "form": form,
        "rows": [(change, KIND_BY_RESOURCE.get(change.kind)) for change in changes],
        "is_filtered": any(form.cleaned_data[name] for name in ("kind", "person", "search")),
        "older_url": changed_query(request.GET, before=older) if older else "",
    }
    return page(request, "history.html", context)


@require_safe
def change(request: ConsoleRequest, change_id: int) -> HttpResponse:
    """Show one change: every field before and after it, and which version can be restored."""
    return page(request, "change.html", _about(_change(change_id)))


def _change(change_id: int) -> Change:
    found: Change = get_object_or_404(changes_of_backend(), pk=change_id)
    if found.kind not in KIND_BY_RESOURCE:
        raise Http404("This kind of policy is not known here.")
    return found


def _about(found: Change) -> dict[str, Any]:
    kind = KIND_BY_RESOURCE[found.kind]
    return {"change": found, "of_kind": kind, "lines": differences_of(kind, found.before, found.after)}


@require_http_methods(["GET", "HEAD", "POST"])
def put_back(request: ConsoleRequest, change_id: int) -> HttpResponse:
    """Show what restoring the entry to its version before or after this change would do, then restore it."""
    found = _change(change_id)
    kind = KIND_BY_RESOURCE[found.kind]
    side = "after" if request.GET.get("to") == "after" else "before"
    values = found.after if side == "after" else found.before
    if values is None or not found.entry_id:
        raise Http404("There was no entry to put back.")
    if request.method == "POST":
        try:
            made = entry_put_back(
                kind=kind,
                entry_id=found.entry_id,
                values=values,
                actor=actor_of(request),
                why=reason(request),
            )
        except (ApiError, Locked) as error:
            return _not_put_back(request, found, side, error)
        messages.success(request, f"{made.name} is as it was.")
        return redirect("settings_admin:entry", kind=kind, entry_id=made.id)
    try:
        now: dict[str, Any] | None = Policies(kind).get(found.entry_id).values
    except NotFound:
        now = None
    context = _about(found) | {"side": side, "lines": differences_of(kind, now, values), "is_gone": now is None}
    return page(request, "put_back.html", context)


def _not_put_back(request: ConsoleRequest, found: Change, side: str, error: ApiError | Locked) -> HttpResponse:
    context = _about(found) | {"side": side}
    if isinstance(error, Locked):
        return page(request, "put_back.html", context | {"refusals": [str(error)]}, status=409)
    if isinstance(error, StatusError) and error.status in {400, 409}:
        refusals = [text for _name, text in refusals_of(error, KIND_BY_RESOURCE[found.kind])]
        return page(request, "put_back.html", context | {"refusals": refusals}, status=error.status)
    problem = write_problem(error)
    return page(request, "put_back.html", context | {"problem": problem}, status=problem.status)
