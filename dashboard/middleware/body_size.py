"""Middleware that refuses a body over the bound of its path, before anything reads it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from dashboard.web_server.body_limits import largest_body
from dashboard.web_server.refusals import too_large


class BodySizeMiddleware:
    """Answer 413 to a request whose declared body is too large, before CSRF and sign-in are looked at.

    Our own web server has refused such a request already; this is for any other server in front of Django.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        most = largest_body(request.path_info)
        declared = request.META.get("CONTENT_LENGTH") or "0"
        if not declared.isdecimal() or int(declared) <= most:
            return self.get_response(request)
        refusal = too_large(most)
        headers, body = refusal.answer(request.path_info)
        return HttpResponse(body, status=refusal.status, headers=dict(headers))
