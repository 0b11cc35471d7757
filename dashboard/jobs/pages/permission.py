"""Checks whether a person may carry out a job's action, and which page the person may return to."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from dashboard.jobs.actions import ACTIONS
from dashboard.jobs.states import JobAction
from dashboard.requests import ConsoleRequest
from dashboard.return_url import return_url
from dashboard.roles import can


def may_act(request: ConsoleRequest, action: str) -> bool:
    """Return whether the person's role includes the action. False for an action that this version does not know."""
    known = ACTIONS.get(action)
    return known is not None and can(request.user, known.capability)


def check_action(request: ConsoleRequest, action: str) -> None:
    """Raise PermissionDenied if the person's role does not include the action. The form rejects unknown actions."""
    known = ACTIONS.get(action)
    if known is not None and not can(request.user, known.capability):
        raise PermissionDenied(f"Your role does not include “{JobAction(action).label.lower()}”.")


def viewer(request: ConsoleRequest) -> User:
    """Return the signed-in user. The table of rights ensures that there is one."""
    assert isinstance(request.user, User)  # noqa: S101 - tells the type checker what the table of rights ensures
    return request.user


def safe_page(request: ConsoleRequest, candidate: str) -> str:
    """Return `candidate` if it is a page of this console, else the search page."""
    return return_url(request, default=reverse("investigate:search"), candidate=candidate)
