"""Middleware that renders an error page for API errors that views do not handle."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from api_client.errors import ApiError
from dashboard.problems import Problem, problem_of, with_retry_after

logger = logging.getLogger(__name__)


class ApiErrorMiddleware:
    """Render an unhandled API error as the error page, or as its fragment for htmx requests."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Render an API error. Return None for other exceptions, so that Django handles them."""
        if not isinstance(exception, ApiError):
            return None
        logger.warning("%s %r failed: %r", request.method, request.path, str(exception))
        return render_problem(request, problem_of(exception))


def render_problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Render the error page with the problem's status. For a GET it offers a link that retries the request."""
    context = {
        "problem": problem,
        "retry_url": request.get_full_path() if request.method in {"GET", "HEAD"} and problem.can_retry else "",
    }
    return with_retry_after(render(request, "problem.html", context, status=problem.status), problem)
