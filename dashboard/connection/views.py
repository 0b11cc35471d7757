"""Views of the connection page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from dashboard.connection.selectors import backend, parts, rights
from dashboard.requests import ConsoleRequest


@require_safe
def connection(request: ConsoleRequest) -> HttpResponse:
    """Show the API that the console is connected to. The page then loads the services' status separately."""
    return render(request, "connection/page.html", {"backend": backend()})


@require_safe
def state(request: ConsoleRequest) -> HttpResponse:
    """Show the status of workers, queue, databases and disk, as a fragment for htmx or as a full page."""
    context = {"parts": parts()}
    if request.htmx:
        return render(request, "connection/_parts.html", context)
    return render(request, "connection/page.html", context | {"backend": backend()})


@require_POST
def token(request: ConsoleRequest) -> HttpResponse:
    """Test the token's rights and show them. Nothing is changed at the API."""
    return render(request, "connection/page.html", {"rights": rights(), "backend": backend()})
