"""Counts calls at the API, and tells which answer of the console each of them was made for.

A stack with the settings `tests.stack.settings` writes a line for each call: the id of the request that it was made
for, its method and its path. The console's answer carries the same id.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from django.conf import settings
from playwright.sync_api import Page, Response

from dashboard.request_ids import HEADER
from gateway.transport import InProcessTransport
from tests.stack.running import Stack

COUNTING = "tests.stack.settings"
_FILE = "api_calls.txt"


class CountingTransport(httpx.BaseTransport):
    """Answers from the gateway, and writes each request down before that."""

    def __init__(self) -> None:
        self._inner = InProcessTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        line = f"{request.headers.get(HEADER, '-')} {request.method} {request.url.path}\n"
        # A short line that is appended at once stays whole, whoever else appends.
        file = os.open(Path(settings.GATEHOUSE_HOME) / _FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(file, line.encode())
        finally:
            os.close(file)
        return self._inner.handle_request(request)


def calls_by_request(stack: Stack) -> dict[str, list[str]]:
    """Return the calls, as method and path, by the id of the request that they were made for."""
    found: dict[str, list[str]] = {}
    for line in (stack.home / _FILE).read_text().splitlines():
        request, call = line.split(" ", 1)
        found.setdefault(request, []).append(call)
    return found


@dataclass
class Paints:
    """What a page painted: each document, with the requests that led to it, and each fragment of a page."""

    stack: Stack
    _waiting: list[str] = field(default_factory=list)
    _found: list[tuple[str, list[str]]] = field(default_factory=list)

    def follow(self, page: Page) -> Paints:
        """Follow a page from now on."""
        page.on("response", self._on_response)
        return self

    def _on_response(self, response: Response) -> None:
        kind, made = response.request.resource_type, response.headers.get(HEADER.lower())
        if made is None or kind not in ("document", "xhr", "fetch"):
            return
        path = response.url.removeprefix(self.stack.url).partition("?")[0]
        if response.request.method != "GET" or 300 <= response.status < 400:
            self._waiting.append(made)  # What it leads to is painted, not this.
            return
        led, self._waiting = ([*self._waiting], []) if kind == "document" else ([], self._waiting)
        self._found.append((path, [*led, made]))

    def calls(self) -> list[tuple[str, list[str]]]:
        """Return each paint's path with the calls that were made at the API before it."""
        made = calls_by_request(self.stack)
        return [(path, [call for one in requests for call in made.get(one, [])]) for path, requests in self._found]
