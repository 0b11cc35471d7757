"""Views of proposals: propose an entry, see what became of it, and decide with what it would have done beside."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from api_client import ApiError
from api_client.errors import BadRequest, Conflict
from dashboard.audit.actor import actor_of
from dashboard.capabilities import Capability, can
from dashboard.requests import ConsoleRequest
from settings_admin.entries.forms import EntryForm
from settings_admin.entries.rows import changed_query
from settings_admin.entries.services import refusals_of
from settings_admin.history.selectors import KIND_BY_RESOURCE, in_words
from settings_admin.kinds import Kind
from settings_admin.proposals.models import Proposal, ProposalState
from settings_admin.proposals.services import (
    OPEN_OF_ONE,
    Decided,
    TooMany,
    proposal_accept,
    proposal_make,
    proposal_refuse,
    proposal_withdraw,
    proposals,
    replay_again,
)
from settings_admin.upkeep.abused_services import abuse_warning
from settings_admin.upkeep.models import TermState
from settings_admin.upkeep.terms import terms
from settings_admin.upkeep.uses import KEPT_KINDS
from settings_admin.views.page_layout import page, reason, write_problem
from settings_admin.views.replays import about_replay, person

PER_PAGE = 50
OWN_AT_MOST = 200
_DECIDED = "Somebody has decided it meanwhile, or is deciding at this moment."


def _visible(request: ConsoleRequest) -> Any:
    """Return all proposals for whoever manages policies, else one's own."""
    found = proposals()
    return found if can(request.user, Capability.MANAGE_POLICIES) else found.filter(proposed_by=person(request))


@require_safe
def proposal_list(request: ConsoleRequest) -> HttpResponse:
    """List proposals, those that wait first, and the entries that the person owns and that expire."""
    number = request.GET.get("page", "1")
    if not (number.isdecimal() and 0 < len(number) < 6 and int(number)):
        return redirect("proposals:list")
    is_open = Q(state__in=[ProposalState.WAITING, ProposalState.ACCEPTING])
    first, found = (int(number) - 1) * PER_PAGE, _visible(request)
    waiting = list(found.filter(is_open)[:OWN_AT_MOST]) if number == "1" else []
    decided = list(found.exclude(is_open)[first : first + PER_PAGE + 1])
    own = terms().filter(owner=person(request), state=TermState.KEPT).exclude(due_on=None).order_by("due_on")
    context = {
        "rows": [(one, KIND_BY_RESOURCE[one.kind]) for one in [*waiting, *decided[:PER_PAGE]]],
        "own": [(term, KIND_BY_RESOURCE[term.kind]) for term in own[:OWN_AT_MOST]] if number == "1" else [],
        "offered": KEPT_KINDS,
        "newer_url": changed_query(request.GET, page=int(number) - 1) if int(number) > 1 else "",
        "older_url": changed_query(request.GET, page=int(number) + 1) if len(decided) > PER_PAGE else "",
    }
    return page(request, "proposals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: ConsoleRequest, kind: Kind) -> HttpResponse:
    """Propose an entry, checked as its form is. A reason is needed: whoever decides has nothing else to go by."""
    if kind not in KEPT_KINDS:
        return redirect("proposals:list")
    form = EntryForm(kind, request.POST if request.method == "POST" else None)
    form.fields["why"].required = True
    form.fields["why"].help_text = "For whoever decides, and for the history."
    if request.method != "POST" or not form.is_valid():
        return page(request, "propose.html", {"form": form}, kind=kind, status=422 if request.method == "POST" else 200)
    made = make_proposal(request, kind, form.values(), form.cleaned_data["why"])
    if made is None:
        form.add_error(None, too_many())
        return page(request, "propose.html", {"form": form}, kind=kind, status=422)
    return redirect("proposals:proposal", made.pk)


def make_proposal(
    request: ConsoleRequest, kind: Kind, values: dict[str, Any], why: str, *, message_id: str = ""
) -> Proposal | None:
    """Propose an entry and say so. Return None at the person's limit."""
    try:
        made = proposal_make(
            kind=kind, values=values, why=why, user=person(request), actor=actor_of(request), message_id=message_id
        )
    except TooMany:
        return None
    messages.success(request, f"{made.name} was proposed. Whoever manages policies decides.")
    return made


def too_many() -> str:
    """Return the sentence for the person's limit."""
    return f"{OPEN_OF_ONE} of your proposals wait already. Withdraw one, or wait for a decision."


@require_safe
def proposal(request: ConsoleRequest, proposal_id: int) -> HttpResponse:
    """Show a proposal: the entry, why, and what it would have done to past mail."""
    return _proposal_page(request, get_object_or_404(_visible(request), pk=proposal_id))


def _proposal_page(request: ConsoleRequest, found: Proposal, *, status: int = 200, **more: Any) -> HttpResponse:
    kind = KIND_BY_RESOURCE[found.kind]
    context: dict[str, Any] = {
        "proposal": found,
        "explained": kind.explain(found.values),
        "facts": [(spec.label, in_words(spec, found.values.get(spec.name))) for spec in kind.fields],
        "warning": abuse_warning(kind, found.values),
        "is_own": found.proposed_by_id == person(request).pk,
    }
    if found.replay is not None:
        context = about_replay(request, found.replay) | context
    return page(request, "proposal.html", context | more, kind=kind, status=status)


@require_POST
def look(request: ConsoleRequest, proposal_id: int) -> HttpResponse:
    """Replay a proposed entry anew, once its replay is gone or old."""
    found = get_object_or_404(_visible(request), pk=proposal_id)
    if found.is_open:
        replay_again(proposal=found, user=person(request), actor=actor_of(request))
    return redirect("proposals:proposal", proposal_id)


@require_POST
def accept(request: ConsoleRequest, proposal_id: int) -> HttpResponse:
    """Add the proposed entry."""
    found, why = get_object_or_404(proposals(), pk=proposal_id), reason(request)
    kind = KIND_BY_RESOURCE[found.kind]
    try:
        made = proposal_accept(proposal=found, actor=actor_of(request), reason=why)
    except Decided:
        messages.error(request, _DECIDED)
        return redirect("proposals:proposal", proposal_id)
    except (BadRequest, Conflict) as error:
        said = " ".join(message for _field, message in refusals_of(error, kind))
        return _proposal_page(request, found, status=error.status, refusal=said, why=why)
    except ApiError as error:
        problem = write_problem(error)
        return _proposal_page(request, found, status=problem.status, problem=problem, why=why)
    messages.success(request, f"{made.name} was added, as {found.proposed_by_name} proposed.")
    return redirect("settings_admin:entry", kind=kind, entry_id=made.id)


@require_POST
def refuse(request: ConsoleRequest, proposal_id: int) -> HttpResponse:
    """Refuse a proposal. A reason is needed."""
    found, why = get_object_or_404(proposals(), pk=proposal_id), reason(request)
    if not why:
        return _proposal_page(request, found, status=422, refusal="Say why, for whoever proposed it.")
    try:
        proposal_refuse(proposal=found, actor=actor_of(request), reason=why)
    except Decided:
        messages.error(request, _DECIDED)
        return redirect("proposals:proposal", proposal_id)
    messages.success(request, f"{found.name} was refused.")
    return redirect("proposals:list")


@require_POST
def withdraw(request: ConsoleRequest, proposal_id: int) -> HttpResponse:
    """Withdraw one's own proposal."""
    found = get_object_or_404(_visible(request), pk=proposal_id)
    if found.proposed_by_id != person(request).pk:
        raise PermissionDenied
    try:
        proposal_withdraw(proposal=found, actor=actor_of(request))
    except Decided:
        messages.error(request, _DECIDED)
    return redirect("proposals:list")
