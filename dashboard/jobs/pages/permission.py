"""Who asks, what they may do with a job by its action, and where they may be led back to."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from dashboard.jobs.actions import ACTIONS
from dashboard.requests import ConsoleRequest
from dashboard.return_url import return_url
from dashboard.roles import can


def may_act(request: ConsoleRequest, action: str) -> bool:
    """Tell whether the person's role includes the action; one of another version is nobody's."""
    known = ACTIONS.get(action)
    return known is not None and can(request.user, known.capability)


def check_action(request: ConsoleRequest, action: str) -> None:
    """Refuse an action that the person's role does not include; an unknown one is left to the form."""
    known = ACTIONS.get(action)
    if known is not None and not can(request.user, known.capability):
        raise PermissionDenied(f"Your role does not include “{known.verb.lower()}”.")


def viewer(request: ConsoleRequest) -> User:
    """Give the person, who has signed in: `requires` made sure of that."""
    assert isinstance(request.user, User)  # noqa: S101 - tells the type checker what `requires` made sure of
    return request.user


def safe_page(request: ConsoleRequest, candidate: str) -> str:
    """Give the page to go back to as long as it is one of ours; else the search."""
    return return_url(request, default=reverse("investigate:search"), candidate=candidate)
