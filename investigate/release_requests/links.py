"""The link by which a recipient confirms a request. It is mailed to the recipient, and to nobody else."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from investigate.digests.links import read_token

_CONFIRM = "gatehouse.requests.confirm"
CONFIRM_WITHIN = timedelta(hours=24)


def confirm_url(request_id: int) -> str:
    """Return the absolute URL of the page on which the recipient confirms."""
    token = signing.dumps([request_id], salt=_CONFIRM)
    return f"{settings.GATEHOUSE_URL}{reverse('release_requests:confirm', args=[token])}"


def read_confirm(token: str) -> int:
    """Return the key of the request. Raise LinkOver or LinkWrong."""
    return read_token(token, _CONFIRM, days=CONFIRM_WITHIN / timedelta(days=1), size=1)[0]
