"""How many single messages a job may look at, to prove what it did or to undo it."""

from __future__ import annotations

from django.conf import settings

from dashboard.pacing.budget import RESERVE

LOOKS_WITHOUT_LIMIT = 5000


def looks_allowed() -> int:
    """Return how many single messages may be looked at for one job, or to undo it.

    This is half of the calls that workers may make in one window of the budget. So other jobs go on meanwhile.
    """
    rate: tuple[int, int] | None = settings.GATEHOUSE_API_BUDGET
    return LOOKS_WITHOUT_LIMIT if rate is None else max(1, int(rate[0] * (1 - RESERVE) / 2))
