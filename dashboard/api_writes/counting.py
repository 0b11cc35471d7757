"""The number of writes by API that wait: counted by the worker, and after each decision."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from api_client.models import WriteRequestState
from dashboard.api_writes.models import WaitingWrites
from dashboard.backend import api_client_for_background, backend_fingerprint
from dashboard.badges import BADGE_AT_MOST


def waiting_writes_count() -> int:
    """Return how many writes waited when they were counted last, seconds ago."""
    if not settings.GATEWAY_EMBEDDED:
        return 0
    known = WaitingWrites.objects.filter(backend=backend_fingerprint()).values_list("count", flat=True).first()
    return known or 0


def waiting_writes_recount() -> None:
    """Ask the gateway how many writes wait, and keep the number. Idempotent.

    :raises ApiError: the gateway doesn't answer. The last number stays: what waited then may still wait.
    """
    requests = api_client_for_background().write_requests
    waiting = requests.list(state=WriteRequestState.WAITING, per_page=BADGE_AT_MOST + 1)
    WaitingWrites.objects.update_or_create(
        backend=backend_fingerprint(), defaults={"count": len(waiting), "counted_at": timezone.now()}
    )
