"""Middleware that counts requests and measures their time."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from dashboard.metrics.requests import OPERATION, count_answer


class MetricsMiddleware:
    """Count each answer by the name of its route, or of the API's operation; addresses without a route are one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        begin = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        route = request.META.get(OPERATION) or (match.view_name if match else "") or "none"
        count_answer(
            route=str(route),
            method=request.method or "",
            status=response.status_code,
            seconds=time.perf_counter() - begin,
        )
        return response
