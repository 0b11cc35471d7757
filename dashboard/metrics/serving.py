"""Serves the metrics: what all processes counted, from their shared folder, and what the collectors find now."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections
from django.utils.module_loading import import_string
from prometheus_client import CollectorRegistry, make_wsgi_app, multiprocess


def registry() -> CollectorRegistry:
    """Return a registry of everything that is measured."""
    made = CollectorRegistry()
    folder = metrics_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    multiprocess.MultiProcessCollector(made, path=str(folder))  # type: ignore[no-untyped-call]
    for path in settings.METRICS_COLLECTORS:
        made.register(import_string(path)())
    return made


def application() -> Callable[..., Iterable[bytes]]:
    """Return the WSGI application. Each request has a thread of its own, so its database connections end with it."""
    inner = make_wsgi_app(registry())

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        try:
            found: Iterable[bytes] = inner(environ, start_response)
            return found
        finally:
            connections.close_all()

    return answer


def metrics_folder() -> Path:
    """Return the folder in which the processes share what they count."""
    return Path(settings.GATEHOUSE_HOME) / "metrics"


def forget_metrics() -> None:
    """Remove what processes of an earlier start counted. Prometheus sees that counters begin anew."""
    for file in metrics_folder().glob("*.db"):
        file.unlink(missing_ok=True)
