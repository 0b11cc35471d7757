"""Help while a query is typed: what could come next, and where it goes wrong."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.requests import ConsoleRequest
from dashboard.roles import Capability, requires
from investigate.search.query.completions import completions as completions_of

_LONGEST = 4000


@require_safe
@requires(Capability.SEARCH)
def completions(request: ConsoleRequest) -> HttpResponse:
    """Send the options of the bar; the API is not asked."""
    text = request.GET.get("q", "")[:_LONGEST]
    return render(request, "investigate/search/_completions.html", {"completions": completions_of(text)})
