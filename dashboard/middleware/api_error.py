"""The one place where an error of the API becomes a page."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from api_client.errors import ApiError
from dashboard.problems import Problem, problem_of, with_retry_after

logger = logging.getLogger(__name__)


class ApiErrorMiddleware:
    """Turn an error of the API that a view let through into the error page, or its fragment when htmx asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Render the problem; anything that isn't the API's error goes on to Django."""
        if not isinstance(exception, ApiError):
            return None
        logger.warning("%s %r failed: %r", request.method, request.path, str(exception))
        return render_problem(request, problem_of(exception))


def render_problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Render the error page with the problem's status; a read can be tried again with a link to itself."""
    context = {
        "problem": problem,
        "retry_url": request.get_full_path() if request.method in {"GET", "HEAD"} and problem.can_retry else "",
    }
    return with_retry_after(render(request, "problem.html", context, status=problem.status), problem)
