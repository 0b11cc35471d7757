"""System check: every URL has a row in the table of rights, and every row has a URL."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.urls import URLPattern, URLResolver, get_resolver

from dashboard.rights.table import TABLE


def url_patterns(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield each URL pattern of the project with its full name."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}", entry
        else:
            yield from url_patterns(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)


@register("rights")
def every_url_has_rights(**_options: Any) -> list[CheckMessage]:
    """Return an error for each URL without a row, and for each row without a URL."""
    named = {name for name, _pattern in url_patterns()}
    rows = {name for name in TABLE if settings.GATEWAY_EMBEDDED or not name.startswith("gateway-")}
    return [
        *(
            _error("E001", f"The URL {name!r} has no row in dashboard/rights/table.py.")
            for name in sorted(named - rows)
        ),
        *(
            _error("E002", f"The row {name!r} in dashboard/rights/table.py has no URL.")
            for name in sorted(rows - named)
        ),
    ]


def _error(number: str, said: str) -> CheckMessage:
    return Error(said, id=f"rights.{number}")
