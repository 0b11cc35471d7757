"""Showing times in the zone of whoever looks."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from dashboard.people.preferences import zone_of


class TimezoneMiddleware:
    """Make the person's zone the current one while their request is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with timezone.override(zone_of(request)):
            return self.get_response(request)
