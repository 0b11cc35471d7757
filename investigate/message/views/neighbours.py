"""Views for the neighbours of a message: the previous and next message of its list, on the message's own page."""

import logging

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from api_client import ApiError
from dashboard.problems import problem_of
from dashboard.requests import ConsoleRequest
from investigate.message.neighbours import FIRST, LAST, Neighbours, edge_message_url, neighbours_of
from investigate.message.pane_location import ORIGIN
from investigate.search.address import search_url

logger = logging.getLogger(__name__)


@require_safe
@never_cache
def steps(request: ConsoleRequest, message_id: str) -> HttpResponse:
    """Return the fragment with the links to the neighbours of a message."""
    try:
        found, problem = neighbours_of(message_id, _origin(request)), None
    except ApiError as error:
        logger.warning("The neighbours of message %r could not be had: %r", message_id, str(error))
        found, problem = Neighbours(), problem_of(error)
    context = {"steps": found, "problem": problem}
    return render(request, "investigate/message/_neighbours.html", context, status=problem.status if problem else 200)


@require_safe
@never_cache
def beyond(request: ConsoleRequest) -> HttpResponse:
    """Redirect to the first or last message on a page of a list, or to the list if that page is now empty."""
    origin = _origin(request)
    url = edge_message_url(origin, LAST if request.GET.get("end") == LAST else FIRST)
    if not url:
        messages.warning(request, "There are no more messages that way.")
    return HttpResponseRedirect(url or search_url(origin))


def _origin(request: ConsoleRequest) -> QueryDict:
    return QueryDict(request.GET.get(ORIGIN, ""))
