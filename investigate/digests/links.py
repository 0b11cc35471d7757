"""Signed links of digests: each for one person alone, with an end, and without any effect when it is opened.

The kinds are signed with different salts, so that a link of one kind is none of another. `SECRET_KEY_FALLBACKS` keeps
links good that were signed with an earlier key.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

LONGEST_TOKEN = 300
_ITEM, _LIST, _CHOICE = "gatehouse.digests.item", "gatehouse.digests.list", "gatehouse.digests.choice"
CHOICE_DAYS = 366
"""A person may end their digests from an old one, too."""


class LinkOver(Exception):
    """The link was good, and is older than links may be."""


class LinkWrong(Exception):
    """The link is none of ours, or was altered."""


def item_token(copy_id: int, person_id: int) -> str:
    """Return the token of one held copy for the person that it is held for."""
    return signing.dumps([copy_id, person_id], salt=_ITEM)


def item_url(copy_id: int, person_id: int) -> str:
    """Return the absolute URL of the page on which the person may ask for the copy."""
    return _absolute("release_requests:ask", item_token(copy_id, person_id))


def list_url(person_id: int) -> str:
    """Return the absolute URL of the list of all that is held for the person."""
    return _absolute("digests:held", signing.dumps([person_id], salt=_LIST))


def choice_url(person_id: int) -> str:
    """Return the absolute URL of the page on which the person chooses how often they get digests."""
    return _absolute("digests:choice", signing.dumps([person_id], salt=_CHOICE))


def read_item(token: str) -> tuple[int, int]:
    """Return the keys of copy and person that a token names. Raise LinkOver or LinkWrong."""
    copy_id, person_id = read_token(token, _ITEM, days=settings.GATEHOUSE_DIGEST_DAYS, size=2)
    return copy_id, person_id


def read_list(token: str) -> int:
    """Return the key of the person whose list the token opens. Raise LinkOver or LinkWrong."""
    return read_token(token, _LIST, days=settings.GATEHOUSE_DIGEST_DAYS, size=1)[0]


def read_choice(token: str) -> int:
    """Return the key of the person whose choice the token opens. Raise LinkOver or LinkWrong."""
    return read_token(token, _CHOICE, days=CHOICE_DAYS, size=1)[0]


def read_token(token: str, salt: str, *, days: float, size: int) -> list[int]:
    """Return the numbers that a token signs. Raise LinkOver if it is older than `days`, LinkWrong if it is none."""
    if len(token) > LONGEST_TOKEN:
        raise LinkWrong
    try:
        found = signing.loads(token, salt=salt, max_age=timedelta(days=days))
    except signing.SignatureExpired:
        raise LinkOver from None
    except signing.BadSignature:
        raise LinkWrong from None
    if not (isinstance(found, list) and len(found) == size and all(isinstance(one, int) for one in found)):
        raise LinkWrong
    return found


def _absolute(name: str, token: str) -> str:
    return f"{settings.GATEHOUSE_URL}{reverse(name, args=[token])}"
