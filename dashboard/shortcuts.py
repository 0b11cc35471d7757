"""The list of keyboard shortcuts, which a page fetches when it is first opened."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dashboard.requests import ConsoleRequest


@require_safe
@never_cache
def shortcuts(request: ConsoleRequest) -> HttpResponse:
    """Show the shortcuts of what the user may do. Without scripts there are none, so it is no page of its own."""
    return render(request, "components/_shortcuts_list.html")
