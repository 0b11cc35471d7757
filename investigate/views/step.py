"""Going from a message's own page to the next one of its list, and to the one before."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dashboard.requests import ConsoleRequest
from dashboard.roles import Capability, requires
from investigate.place import ORIGIN
from investigate.search_url import search_url
from investigate.stepping import FIRST, LAST, at_the_end, steps_of


@require_safe
@never_cache
@requires(Capability.SEARCH)
def steps(request: ConsoleRequest, message_id: str) -> HttpResponse:
    """Send the links to the neighbours of a message, as a part of its page."""
    found = steps_of(message_id, _origin(request))
    return render(request, "investigate/_message_steps.html", {"steps": found})


@require_safe
@never_cache
@requires(Capability.SEARCH)
def beyond(request: ConsoleRequest) -> HttpResponse:
    """Lead to the first or last message of a page of a list; to the list where that page has come to hold none."""
    origin = _origin(request)
    url = at_the_end(origin, LAST if request.GET.get("end") == LAST else FIRST)
    if not url:
        messages.warning(request, "There are no more messages that way.")
    return HttpResponseRedirect(url or search_url(origin))


def _origin(request: ConsoleRequest) -> QueryDict:
    return QueryDict(request.GET.get(ORIGIN, ""))
