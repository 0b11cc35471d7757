"""Browsers that have proved to be a recipient's: by confirming a request with the link that the mailbox alone got."""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.http import HttpResponse

from dashboard.requests import ConsoleRequest

_SALT = "gatehouse.digests.browser"
DAYS = 90
PEOPLE_AT_MOST = 5
"""Addresses that one browser is remembered for: people have some, and a shared computer forgets the oldest."""


def cookie_name() -> str:
    """Return the name of the cookie; behind TLS with the prefix that no neighbouring host can set."""
    return f"{'__Host-' if settings.GATEHOUSE_TLS else ''}gatehouse_recipient"


def is_confirmed(request: ConsoleRequest, person_id: int) -> bool:
    """Return whether this browser has proved to be the person's."""
    return person_id in _people(request)


def remember(request: ConsoleRequest, response: HttpResponse, person_id: int) -> None:
    """Have the browser remembered as the person's."""
    people = [*(one for one in _people(request) if one != person_id), person_id][-PEOPLE_AT_MOST:]
    response.set_cookie(
        cookie_name(),
        signing.dumps(people, salt=_SALT),
        max_age=DAYS * 24 * 3600,
        secure=settings.GATEHOUSE_TLS,
        httponly=True,
        samesite="Lax",
    )


def _people(request: ConsoleRequest) -> list[int]:
    try:
        found = signing.loads(request.COOKIES.get(cookie_name(), "")[:500], salt=_SALT, max_age=DAYS * 24 * 3600)
    except signing.BadSignature:
        return []
    return [one for one in found if isinstance(one, int)] if isinstance(found, list) else []
