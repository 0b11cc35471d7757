"""Views that list policy entries, and show, create, edit and delete one entry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from api_client import ApiError, NotFound
from api_client.errors import BadRequest, Conflict
from dashboard.audit.actor import actor_of
from dashboard.requests import ConsoleRequest, wants_fragment
from settings_admin.domains.dns_status import checks_of, facts_of
from settings_admin.entries.api import Policies
from settings_admin.entries.entry import Entry
from settings_admin.entries.forms import PER_PAGE, EntryForm, ListForm
from settings_admin.entries.rows import changed_query, heads_of, rows_of
from settings_admin.entries.services import EditConflict, Locked, entry_create, entry_delete, entry_edit, refusals_of
from settings_admin.history.selectors import changes_of_entry
from settings_admin.kinds import DOMAINS, Kind
from settings_admin.replay.selectors import draft_values
from settings_admin.upkeep.abused_services import abuse_warning
from settings_admin.upkeep.standing import add_upkeep, standing
from settings_admin.views.conflict import Clash
from settings_admin.views.page_layout import page, reason, write_problem


@require_safe
def entry_list(request: ConsoleRequest, kind: Kind) -> HttpResponse:
    """List the entries of a kind. The API does the searching, filtering, sorting and paging."""
    form = ListForm(kind, request.GET)
    template = "_list_results.html" if wants_fragment(request) else "list.html"
    if not form.is_valid():
        return page(request, template, {"form": form}, kind=kind, status=422)
    found = Policies(kind).page(number=form.number, per_page=PER_PAGE, **form.filters(), **form.sorting())
    total = found.total_count
    has_more = len(found.items) == PER_PAGE if total is None else form.number * PER_PAGE < total
    rows = rows_of(kind, found.items)
    context = {
        "form": form,
        "rows": rows,
        "is_kept": add_upkeep(kind, rows),
        "heads": heads_of(kind, request.GET),
        "total": total,
        "first": (form.number - 1) * PER_PAGE + 1,
        "last": (form.number - 1) * PER_PAGE + len(found.items),
        "is_filtered": bool(form.filters()),
        "newer_url": changed_query(request.GET, page=form.number - 1) if form.number > 1 else "",
        "older_url": changed_query(request.GET, page=form.number + 1) if has_more else "",
        "query": changed_query(request.GET),
    }
    return page(request, template, context, kind=kind)


@require_http_methods(["GET", "HEAD", "POST"])
def entry_new(request: ConsoleRequest, kind: Kind) -> HttpResponse:
    """Create an entry. The URL's query may contain initial values for its fields."""
    if request.method != "POST":
        return page(request, "new.html", {"form": EntryForm(kind, initial=_wished(kind, request))}, kind=kind)
    form = EntryForm(kind, request.POST)
    if not form.is_valid():
        return page(request, "new.html", {"form": form}, kind=kind, status=422)
    return saved(
        request,
        form,
        lambda: entry_create(kind=kind, values=form.values(), actor=actor_of(request), why=form.cleaned_data["why"]),
    )


def _wished(kind: Kind, request: ConsoleRequest) -> dict[str, Any]:
    """Return the initial values from the URL's query, or those of the replayed draft that it names."""
    if tried := request.GET.get("tried", ""):
        return dict(draft_values(kind, tried))
    names = {spec.name for spec in kind.fields if not isinstance(spec.initial, (list, bool))}
    return {name: value[:1024] for name, value in request.GET.items() if name in names and value}


@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: ConsoleRequest, kind: Kind, entry_id: str) -> HttpResponse:
    """Show an entry with its change history, or save an edit of it."""
    try:
        found = Policies(kind).get(entry_id)
    except NotFound:
        return _gone(request, kind, entry_id)
    if request.method != "POST":
        form = EntryForm(kind, entry=found)
        if tried := request.GET.get("tried", ""):
            form.propose(draft_values(kind, tried))
        return page(request, "entry.html", about(found) | _standing(found) | {"form": form}, kind=kind)
    form = EntryForm(kind, request.POST, entry=found)
    if not form.is_valid():
        return page(request, "entry.html", about(found) | {"form": form}, kind=kind, status=422)
    seen = form.seen_before()
    if seen is None:
        form.add_error(None, "This form was not opened here. Look at the entry as it is now, then save again.")
        return page(request, "entry.html", about(found) | {"form": form}, kind=kind, status=422)
    return saved(
        request,
        form,
        lambda: entry_edit(
            kind=kind,
            entry_id=entry_id,
            seen=seen["values"],
            seen_at=str(seen.get("modified_at") or ""),
            wanted=form.values(),
            actor=actor_of(request),
            why=form.cleaned_data["why"],
        ),
    )


def _gone(request: ConsoleRequest, kind: Kind, entry_id: str) -> HttpResponse:
    """Say that the entry was deleted. A GET shows its history; a POST shows a form that creates it again.

    That form keeps what the user typed.
    """
    if request.method != "POST":
        return page(request, "gone.html", {"changes": changes_of_entry(kind, entry_id)}, kind=kind, status=404)
    form = EntryForm(kind, request.POST)
    form.is_valid()
    form.add_error(None, "Somebody has deleted this entry meanwhile. Saving this form makes it anew.")
    return page(request, "new.html", {"form": form}, kind=kind, status=409)


def saved(request: ConsoleRequest, form: EntryForm, save: Callable[[], Entry], *, back: str = "") -> HttpResponse:
    """Save an entry and redirect to it, or to `back`. If that fails, show the form again with everything typed."""
    kind, found = form.kind, form.entry
    template, context = ("entry.html", about(found)) if found else ("new.html", {})
    try:
        made = save()
    except EditConflict as conflict:
        clash = Clash.of(conflict)
        context = about(conflict.now) | {"clash": clash, "form": clash.form(form.cleaned_data["why"])}
        return page(request, "conflict.html", context, kind=kind, status=409)
    except Locked as locked:
        form.add_error(None, str(locked))
        return page(request, template, context | {"form": form}, kind=kind, status=409)
    except ApiError as error:
        return _refused(request, template, form, error, context)
    messages.success(request, f"{made.name} was saved." if found else f"{made.name} was added.")
    return redirect(back) if back else redirect("settings_admin:entry", kind=kind, entry_id=made.id)


def _standing(found: Entry) -> dict[str, Any]:
    """Return what is known of an entry beside its form: a domain's status checks and facts, or use and term."""
    if found.kind is not DOMAINS:
        return standing(found)
    return {"checks": checks_of(found), "facts": facts_of(found)}


def about(found: Entry) -> dict[str, Any]:
    """Return the template context of an entry's page, except its form."""
    return {"entry": found, "changes": changes_of_entry(found.kind, found.id)}


@require_POST
def entry_check(request: ConsoleRequest, kind: Kind) -> HttpResponse:
    """Validate an entry while the user types, and show its errors or what it would do. Nothing is sent to the API."""
    form = EntryForm(kind, request.POST)
    warning = abuse_warning(kind, form.values()) if form.is_valid() else ""
    return page(request, "_entry_check.html", {"form": form, "warning": warning}, kind=kind)


@require_http_methods(["GET", "HEAD", "POST"])
def entry_remove(request: ConsoleRequest, kind: Kind, entry_id: str) -> HttpResponse:
    """Ask for confirmation, then delete an entry."""
    if request.method != "POST":
        try:
            return page(request, "delete.html", {"entry": Policies(kind).get(entry_id)}, kind=kind)
        except NotFound:
            return _gone(request, kind, entry_id)
    why = reason(request)
    if kind is DOMAINS:
        found = Policies(kind).get(entry_id)
        if request.POST.get("typed", "").strip().casefold() != found.name.casefold():
            context = {"entry": found, "refusal": f"Type {found.name} to stop protecting it.", "why": why}
            return page(request, "delete.html", context, kind=kind, status=422)
    try:
        gone = entry_delete(kind=kind, entry_id=entry_id, actor=actor_of(request), why=why)
    except NotFound:
        messages.info(request, "It was gone already.")
        return redirect("settings_admin:list", kind=kind)
    except ApiError as error:
        problem = write_problem(error)
        context = {"entry": None, "entry_id": entry_id, "problem": problem}
        return page(request, "delete.html", context, kind=kind, status=problem.status)
    messages.success(request, f"{gone.name} was deleted. It can be put back from the history.")
    return redirect("settings_admin:list", kind=kind)


def _refused(
    request: ConsoleRequest, template: str, form: EntryForm, error: ApiError, context: dict[str, Any]
) -> HttpResponse:
    """Show the form again with everything typed. Errors from the API are shown beside the fields they name."""
    if isinstance(error, (BadRequest, Conflict)):
        form.refuse(refusals_of(error, form.kind))
        return page(request, template, context | {"form": form}, kind=form.kind, status=error.status)
    problem = write_problem(error)
    return page(request, template, context | {"form": form, "problem": problem}, kind=form.kind, status=problem.status)
