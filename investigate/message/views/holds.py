"""View of the legal holds that name a message. The message's page loads it after the first paint."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dashboard.holds.selectors import holds_of
from dashboard.requests import ConsoleRequest, wants_fragment
from investigate.message.pane_location import is_about_report, own_url


@require_safe
@never_cache
def holds(request: ConsoleRequest, message_id: str) -> HttpResponse:
    """Show the holds in force that name a message, as a page or as a part of the message's page."""
    own = own_url(message_id, is_report=is_about_report(request))
    template = "investigate/message/_holds.html" if wants_fragment(request) else "investigate/message/holds.html"
    return render(request, template, {"holds": holds_of(message_id), "own_url": own})
