"""View for the autocompletion of the search bar."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.requests import ConsoleRequest
from investigate.search.query.completions import completions as completions_of

_LONGEST = 4000


@require_safe
def completions(request: ConsoleRequest) -> HttpResponse:
    """Return the completions of the typed text. No API call is made."""
    text = request.GET.get("q", "")[:_LONGEST]
    return render(request, "investigate/search/_completions.html", {"completions": completions_of(text)})
