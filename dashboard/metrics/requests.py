"""Counts requests by the name of their route, never by their path, which has no bound and can name a message."""

from prometheus_client import Counter, Histogram

REQUESTS = Counter("gatehouse_requests", "Answers of console and API.", ["route", "method", "status"])
SECONDS = Histogram(
    "gatehouse_request_seconds",
    "Time until an answer begins.",
    ["route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60),
)
OPERATION = "gatehouse.operation"
"""Key of the WSGI environment under which the API leaves the name of the operation that it called."""

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def count_answer(*, route: str, method: str, status: int, seconds: float) -> None:
    """Count one answer."""
    REQUESTS.labels(route, method if method in _METHODS else "other", str(status)).inc()
    SECONDS.labels(route).observe(seconds)
