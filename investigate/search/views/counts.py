"""Views that count all matching messages, and the new messages since the list was shown."""

import logging
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from api_client import ApiError
from dashboard.polling import STOP_POLLING
from dashboard.requests import ConsoleRequest
from investigate.search.address import search_query, search_url
from investigate.search.form import SearchForm
from investigate.search.results import newer_messages
from investigate.search.walks.services import count_of

logger = logging.getLogger(__name__)


@require_safe
@never_cache
def count(request: ConsoleRequest) -> HttpResponse:
    """Show the number of matching messages that the worker has counted so far. Polling stops when counting ends."""
    form = SearchForm(request.GET)
    if not form.is_valid():
        return HttpResponse(status=STOP_POLLING)
    found = count_of(form, user=request.user if isinstance(request.user, User) else None)
    context = {"count": found, "count_url": f"{reverse('investigate:count')}?{search_query(form).urlencode()}"}
    status = 200 if found.is_active else STOP_POLLING
    return render(request, "investigate/search/_count.html", context, status=status)


@require_safe
@never_cache
def newer(request: ConsoleRequest) -> HttpResponse:
    """Show the number of new matching messages. The list itself is not changed."""
    form = SearchForm(request.GET)
    context: dict[str, Any] = {"newer": 0, "newer_url": request.get_full_path()}
    if form.is_valid():
        try:
            context["newer"] = newer_messages(form, after=str(request.GET.get("after", ""))[:255])
            context["newest_url"] = search_url(search_query(form))
        except ApiError as error:
            # The user did not ask for this request, and the next poll may succeed. So show no error.
            logger.info("Could not look for new mail: %r", str(error))
    return render(request, "investigate/search/_newer.html", context)
