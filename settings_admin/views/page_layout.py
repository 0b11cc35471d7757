"""Helpers shared by the policy views: page rendering, the reason field, and errors of writes."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from api_client import ApiError, Forbidden, NotFound
from dashboard.backend import backend_is_embedded
from dashboard.problems import Problem, problem_of
from dashboard.requests import ConsoleRequest
from settings_admin.kinds import KINDS, Kind


def page(
    request: ConsoleRequest, template: str, context: dict[str, Any], *, kind: Kind | None = None, status: int = 200
) -> HttpResponse:
    """Render a page with the tabs of the kinds."""
    groups = [
        ("Inbound", [each for each in KINDS if each.is_inbound]),
        ("Settings", [each for each in KINDS if not each.is_inbound]),
    ]
    shared = {"kinds": KINDS, "kind_groups": groups, "kind": kind, "is_embedded": backend_is_embedded()}
    return render(request, f"settings_admin/{template}", shared | context, status=status)


def reason(request: ConsoleRequest) -> str:
    """Return the user's reason for the change. Null characters are removed, since PostgreSQL can't store them."""
    return request.POST.get("why", "").replace("\0", "").strip()[:1000]


def write_problem(error: ApiError) -> Problem:
    """Return the description of a failed write, to show above the form."""
    if isinstance(error, Forbidden):
        return Problem(
            status=403,
            title="The console's token may only read",
            cause="The API refused to change anything: the token has no Write scope, or the plan lacks this setting.",
            advice="An admin can put a token with the Write scope into CLOUDFLARE_API_TOKEN. Nothing was changed.",
            can_retry=False,
            said="; ".join(entry.message for entry in error.errors),
        )
    if isinstance(error, NotFound):
        return Problem(
            status=404,
            title="It is gone",
            cause="Somebody has deleted the entry meanwhile.",
            advice="The history can put it back.",
            can_retry=False,
        )
    if error.outcome_unknown:
        return Problem(
            status=504,
            title="Nobody knows yet whether that happened",
            cause="The request was sent, its answer was lost, and looking it up did not settle it.",
            advice="Look at the list before you send it again.",
            can_retry=False,
            said=error.reason,
        )
    return problem_of(error)
