"""View of who has seen a message. The message's page loads it when it is scrolled to."""

import logging

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from api_client import ApiError
from dashboard.problems import problem_of
from dashboard.requests import ConsoleRequest, wants_fragment
from investigate.message.pane_location import is_about_report, own_url
from investigate.message.seen import seen_by

logger = logging.getLogger(__name__)


@require_safe
@never_cache
def seen(request: ConsoleRequest, message_id: str) -> HttpResponse:
    """Show what the recipients did with their copies, as a page or as a part of the message's page: one call."""
    try:
        found, problem = seen_by(message_id), None
    except ApiError as error:
        logger.warning("Who has seen a message could not be had: %r", str(error))
        found, problem = None, problem_of(error)
    own = own_url(message_id, is_report=is_about_report(request))
    template = "investigate/message/_seen.html" if wants_fragment(request) else "investigate/message/seen.html"
    status = problem.status if problem else 200
    return render(request, template, {"seen": found, "problem": problem, "own_url": own}, status=status)
