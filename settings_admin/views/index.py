"""Entry page of the policies."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from dashboard.requests import ConsoleRequest
from settings_admin.kinds import ALLOW_POLICIES


@require_safe
def index(_request: ConsoleRequest) -> HttpResponse:
    """Redirect to the allow policies, the first kind: they need the most care."""
    return redirect("settings_admin:list", kind=ALLOW_POLICIES)
