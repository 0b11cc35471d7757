"""Answers to HEAD have no body (RFC 9110 9.3.2): waitress and Django leave that to whoever is in between."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def without_body_of_head(application: Application) -> Application:
    """Return the application without the bodies of answers to HEAD; their header fields stay as they are.

    A body after the header fields would be read as the next answer of a connection that is kept.
    """

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        found = application(environ, start_response)
        if environ.get("REQUEST_METHOD") != "HEAD":
            return found
        close = getattr(found, "close", None)
        if close is not None:
            close()
        return []

    return answer
