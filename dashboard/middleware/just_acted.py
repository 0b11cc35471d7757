"""Middleware that remembers for some seconds that a user changed something: their next page counts its badges anew."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

COOKIE = "gatehouse_acted"
_READS = frozenset({"GET", "HEAD", "OPTIONS"})


class JustActedMiddleware:
    """Set a cookie, which ends by itself, with the answer to a request that may have changed something."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method not in _READS and settings.SESSION_COOKIE_NAME in request.COOKIES:
            response.set_cookie(
                COOKIE,
                "1",
                max_age=settings.GATEHOUSE_BADGE_SECONDS,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response


def has_just_acted(request: HttpRequest) -> bool:
    """Return whether this user changed something within the last seconds."""
    return COOKIE in request.COOKIES
