"""Middleware that gives each request of the console and the API an id."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from dashboard.request_ids import HEADER, accepted, new_request_id, request_id


class RequestIdMiddleware:
    """Give the request an id, and return it in X-Request-ID.

    An incoming id is used only if GATEHOUSE_TRUST_REQUEST_ID says that a proxy sets the header: anybody else could
    pass the id of another person's request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        sent = request.headers.get(HEADER, "") if settings.GATEHOUSE_TRUST_REQUEST_ID else ""
        with request_id(accepted(sent) or new_request_id()) as made:
            response = self.get_response(request)
        response[HEADER] = made
        return response
