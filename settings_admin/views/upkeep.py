"""Views of the upkeep of policies: the list of entries to look after, their terms, renewing and retiring."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from api_client import ApiError, NotFound
from dashboard.audit.actor import actor_of
from dashboard.capabilities import Capability, can
from dashboard.requests import ConsoleRequest
from settings_admin.entries.api import Policies
from settings_admin.entries.entry import Entry
from settings_admin.entries.rows import changed_query
from settings_admin.entries.services import EditConflict, Locked
from settings_admin.history.selectors import KIND_BY_RESOURCE
from settings_admin.kinds import Kind
from settings_admin.replay.services import DAYS, replay_begin
from settings_admin.upkeep.abused_services import list_date
from settings_admin.upkeep.forms import TermForm
from settings_admin.upkeep.listing import ENTRIES_AT_MOST, SHOWS, name_owners, upkeep
from settings_admin.upkeep.retiring import entry_retire
from settings_admin.upkeep.standing import standing
from settings_admin.upkeep.terms import TermBusy, term_renew, term_set, terms, terms_of
from settings_admin.upkeep.uses import KEPT_KINDS
from settings_admin.views.page_layout import page, reason, write_problem
from settings_admin.views.replays import person

PER_PAGE = 50
_BUSY = "It has expired, or is expiring at this moment. The history can put it back."


@require_safe
def entry_list(request: ConsoleRequest) -> HttpResponse:
    """List the entries that something is to be said of: expiring, unused, shadowed, contradicted or dangerous."""
    show = request.GET.get("show", "all")
    number = request.GET.get("page", "1")
    if show not in dict(SHOWS) or not (number.isdecimal() and 0 < len(number) < 6 and int(number)):
        return redirect("settings_admin:upkeep")
    found = upkeep()
    listed, first = found.listed(show), (int(number) - 1) * PER_PAGE
    rows = listed[first : first + PER_PAGE]
    name_owners(rows)
    context = {
        "rows": rows,
        "shows": found.counts(),
        "show": show,
        "total": len(listed),
        "entries": len(found.kept),
        "first": first + 1,
        "last": first + len(rows),
        "newer_url": changed_query(request.GET, page=int(number) - 1) if int(number) > 1 else "",
        "older_url": changed_query(request.GET, page=int(number) + 1) if first + PER_PAGE < len(listed) else "",
        "unread": found.unread,
        "cut": found.cut,
        "at_most": ENTRIES_AT_MOST,
        "uncompared": found.uncompared,
        "list_date": list_date(),
    }
    return page(request, "upkeep.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def term(request: ConsoleRequest, kind: Kind, entry_id: str) -> HttpResponse:
    """Show or set owner, reason and expiry of an entry."""
    if kind not in KEPT_KINDS:
        return redirect("settings_admin:entry", kind=kind, entry_id=entry_id)
    found = _found(kind, entry_id)
    if found is None or found.locked:
        return redirect("settings_admin:entry", kind=kind, entry_id=entry_id)
    known = terms_of(kind, [entry_id]).get(entry_id)
    form = TermForm(kind, found.values, request.POST if request.method == "POST" else None, term=known)
    context = {"form": form, "entry": found} | standing(found)
    if request.method != "POST" or not form.is_valid():
        return page(request, "term.html", context, kind=kind, status=422 if request.method == "POST" else 200)
    chosen = form.cleaned_data
    try:
        term_set(
            entry=found,
            owner=chosen["owner"],
            reason=chosen["reason"],
            ends_on=chosen["ends_on"],
            idle_days=chosen.get("idle_days"),
            actor=actor_of(request),
        )
    except TermBusy:
        form.add_error(None, _BUSY)
        return page(request, "term.html", context, kind=kind, status=409)
    messages.success(request, f"Owner and expiry of {found.name} were saved.")
    return redirect("settings_admin:entry", kind=kind, entry_id=entry_id)


def _found(kind: Kind, entry_id: str) -> Entry | None:
    try:
        return Policies(kind).get(entry_id)
    except NotFound:
        return None


@require_POST
def renew(request: ConsoleRequest, term_id: int) -> HttpResponse:
    """Put an entry's expiry off. Its owner may, and whoever manages policies."""
    mine = get_object_or_404(terms(), pk=term_id)
    if mine.owner_id != person(request).pk and not can(request.user, Capability.MANAGE_POLICIES):
        raise PermissionDenied
    try:
        term_renew(term_id=term_id, kind=KIND_BY_RESOURCE[mine.kind], actor=actor_of(request))
    except TermBusy:
        messages.error(request, _BUSY)
    else:
        messages.success(request, f"{mine.name} was renewed.")
    if can(request.user, Capability.VIEW_POLICIES):
        return redirect("settings_admin:upkeep")
    return redirect("proposals:list")


@require_POST
def retire_look(request: ConsoleRequest, kind: Kind, entry_id: str) -> HttpResponse:
    """Replay an entry on past mail, and offer beside it to retire the entry. What has no replay is confirmed only."""
    found = _found(kind, entry_id)
    if found is None or found.locked or not kind.is_replayed:
        return redirect("settings_admin:delete", kind=kind, entry_id=entry_id)
    made = replay_begin(
        kind=kind,
        values=found.values,
        days=DAYS[0],
        user=person(request),
        actor=actor_of(request),
        is_draft=False,
        entry_id=entry_id,
    )
    return redirect("settings_admin:replay", made.pk)


@require_POST
def retire(request: ConsoleRequest, kind: Kind, entry_id: str) -> HttpResponse:
    """Retire an entry: it is deleted, or a content policy switched off."""
    try:
        gone = entry_retire(kind=kind, entry_id=entry_id, actor=actor_of(request), why=reason(request) or "Retired")
    except NotFound:
        messages.info(request, "It was gone already.")
    except Locked as locked:
        messages.error(request, str(locked))
    except EditConflict:
        messages.error(request, "Somebody changed it at the same moment. Look at it as it is now.")
        return redirect("settings_admin:entry", kind=kind, entry_id=entry_id)
    except ApiError as error:
        problem = write_problem(error)
        context = {"entry": None, "entry_id": entry_id, "problem": problem}
        return page(request, "delete.html", context, kind=kind, status=problem.status)
    else:
        messages.success(request, f"{gone.name} was retired. It can be put back from the history.")
    return redirect("settings_admin:upkeep")
