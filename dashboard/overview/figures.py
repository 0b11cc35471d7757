"""Single figures beside the charts, which the apps give that know them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.capabilities import Capability
from dashboard.jobs.models import Job
from dashboard.jobs.states import JobState

COUNTED_AT_MOST = 1000


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: what it counts, how many, and the list behind it; `warns` marks one that somebody has to look at."""

    label: str
    text: str
    url: str
    wanted: Capability
    warns: bool = False


Source = Callable[[datetime], list[Figure]]
_SOURCES: list[Source] = []


def register_figures(source: Source) -> None:
    """Add a source: it gets the start of the range, and answers with a few bounded queries."""
    if source not in _SOURCES:
        _SOURCES.append(source)


def figures_since(since: datetime) -> list[Figure]:
    """Give all figures of a range."""
    return [figure for source in [*_SOURCES, job_figures] for figure in source(since)]


def bounded(count: int) -> str:
    """Write a count that stopped at COUNTED_AT_MOST + 1."""
    return f"{COUNTED_AT_MOST:,}+" if count > COUNTED_AT_MOST else f"{count:,}"


def job_figures(since: datetime) -> list[Figure]:
    """Count jobs: those under way, and those of the range that left something undone."""
    jobs = Job.objects.filter(account_id=backend_account_id(), backend=backend_fingerprint())
    running = jobs.filter(finished_at=None)[: COUNTED_AT_MOST + 1].count()
    bad = jobs.filter(created_at__gte=since, state__in=[JobState.PARTIAL, JobState.FAILED])
    undone = bad[: COUNTED_AT_MOST + 1].count()
    url, wanted = reverse("jobs:list"), Capability.RUN_JOBS
    return [
        Figure("Jobs under way", bounded(running), url, wanted),
        Figure("Jobs that left something undone", bounded(undone), url, wanted, warns=bool(undone)),
    ]
