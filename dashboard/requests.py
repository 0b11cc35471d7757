"""The request as views of the console see it: with a person and with htmx's details."""

from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class ConsoleRequest(HttpRequest):
    """What the middlewares make of a request; for annotations only, nothing is ever built from it."""

    user: User | AnonymousUser
    htmx: HtmxDetails


def wants_fragment(request: ConsoleRequest) -> bool:
    """Tell whether htmx asked for a part of the page, rather than a whole one for a boosted link or for history."""
    return bool(request.htmx) and not request.htmx.boosted and not request.htmx.history_restore_request
