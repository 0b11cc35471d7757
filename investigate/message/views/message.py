"""View of a message: its own page, and as a fragment the pane beside a list."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_htmx.http import push_url

from dashboard.requests import ConsoleRequest, wants_fragment
from investigate.message.pane import open_pane
from investigate.message.pane_location import pane_location_of


@require_safe
@never_cache
def message(request: ConsoleRequest, message_id: str, tab: str = "summary") -> HttpResponse:
    """Show one tab of a message."""
    pane = open_pane(request, message_id=message_id, tab=tab, place=pane_location_of(request))
    if wants_fragment(request):
        response = render(request, "investigate/message/_pane.html", {"pane": pane}, status=pane.status)
        return push_url(response, pane.url)
    return render(request, "investigate/message/message.html", {"pane": pane}, status=pane.status)
