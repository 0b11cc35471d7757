"""Type of the requests that the console's views get, with the user and htmx details."""

from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class ConsoleRequest(HttpRequest):
    """A request with the attributes that the middleware adds. For type annotations only; it is never instantiated."""

    user: User | AnonymousUser
    htmx: HtmxDetails


def wants_fragment(request: ConsoleRequest) -> bool:
    """Return whether htmx requested a fragment, rather than a full page for a boosted link or the history."""
    return bool(request.htmx) and not request.htmx.boosted and not request.htmx.history_restore_request
