"""The door to pages that recipients open by a signed link, without signing in: rates, headers, language.

Opening a page changes nothing. A form posts back to it. Pages with a form keep the console's referrer policy, since
browsers send a form's origin as "null" under `no-referrer`, which is refused; the policy names nothing to other sites.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache import BaseCache, caches
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods
from redis.exceptions import RedisError

from dashboard.audit.actor import client_address
from dashboard.outbox.mail import language_of
from dashboard.people.lockout import network_of
from dashboard.requests import ConsoleRequest
from investigate.digests.links import LinkOver, LinkWrong

View = Callable[[ConsoleRequest, str], HttpResponse]
WINDOW = 600
PER_NETWORK, PER_TOKEN, POSTS_PER_TOKEN = 6000, 120, 10
"""Requests in WINDOW seconds: from one network (a company is one, and so is what scans its mail), with one link, and
forms of one link."""


def recipients_page(view: View) -> View:
    """Return a view of a page for recipients: limited in rate, kept out of caches and search engines.

    Links that are over, or none of ours, get a page that says so.
    """

    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def guarded(request: ConsoleRequest, token: str) -> HttpResponse:
        if is_too_often(request, token):
            response = over_page(request, "often", 429)
            response["Retry-After"] = str(WINDOW)
        else:
            try:
                response = view(request, token)
            except LinkOver:
                response = over_page(request, "over", 410)
            except LinkWrong:
                response = over_page(request, "wrong", 404)
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response["Cache-Control"] = "no-store, private"
        # The path of what failed gets into the log, and it has the token in it.
        response._has_been_logged = True  # type: ignore[attr-defined]  # read by django.utils.log.log_response
        return response

    return guarded


def page(request: ConsoleRequest, name: str, language: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Render a page for recipients in their language."""
    chosen = language_of(language)
    return render(
        request, f"investigate/digests/public/{chosen}/{name}.html", {"language": chosen, **context}, status=status
    )


def over_page(request: ConsoleRequest, why: str, status: int) -> HttpResponse:
    """Return the page of a link that opens nothing. `why` is over, wrong, often or gone."""
    response = page(request, "over", browser_language(request), {"why": why}, status)
    response["Referrer-Policy"] = "no-referrer"
    return response


def browser_language(request: ConsoleRequest) -> str:
    """Return the language that the browser asks for first, where no person is known."""
    return request.headers.get("Accept-Language", "")[:2].lower()


def is_too_often(request: ConsoleRequest, token: str) -> bool:
    """Count a request, and return whether its network or its link asks too often."""
    step = int(time.time() // WINDOW)
    network = _hashed(network_of(client_address(request)))
    link = _hashed(token)
    counts = [(f"recipients:net:{network}:{step}", PER_NETWORK), (f"recipients:link:{link}:{step}", PER_TOKEN)]
    if request.method == "POST":
        counts.append((f"recipients:form:{link}:{step}", POSTS_PER_TOKEN))
    # Each is counted, also if an earlier one is over.
    over = [key for key, most in counts if _count(key) > most]
    return bool(over)


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:32]


def _count(key: str) -> int:
    # Where Redis can't be reached, each process counts by itself: it stays bounded, and people still get in.
    try:
        return _counted(caches["default"], key)
    except RedisError:
        return _counted(caches["process"], key)


def _counted(cache: BaseCache, key: str) -> int:
    cache.add(key, 0, 2 * WINDOW)
    try:
        return int(cache.incr(key))
    except ValueError:  # It went away in between.
        cache.set(key, 1, 2 * WINDOW)
        return 1
