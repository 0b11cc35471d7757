"""The page of the connection."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from dashboard.connection.selectors import backend, parts, rights
from dashboard.requests import ConsoleRequest
from dashboard.roles import Capability, requires


@require_safe
@requires(Capability.VIEW_CONNECTION)
def connection(request: ConsoleRequest) -> HttpResponse:
    """Show which API the console speaks to; how the parts are is asked once the page is there."""
    return render(request, "connection/page.html", {"backend": backend()})


@require_safe
@requires(Capability.VIEW_CONNECTION)
def state(request: ConsoleRequest) -> HttpResponse:
    """Show worker, queue, databases and disk: as a part of the page, or as the page."""
    context = {"parts": parts()}
    if request.htmx:
        return render(request, "connection/_parts.html", context)
    return render(request, "connection/page.html", context | {"backend": backend()})


@require_POST
@requires(Capability.VIEW_CONNECTION)
def token(request: ConsoleRequest) -> HttpResponse:
    """Find out what the token may; nothing is changed by it."""
    return render(request, "connection/page.html", {"rights": rights(), "backend": backend()})
