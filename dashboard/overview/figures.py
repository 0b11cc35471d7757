"""Registry of the single figures beside the charts. Each app registers a source for its own figures."""

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
    """One figure: label, value as text, and link to the list behind it.

    `wanted` is the capability that is required to see it. `warns` marks a figure that needs attention.
    """

    label: str
    text: str
    url: str
    wanted: Capability
    warns: bool = False


Source = Callable[[datetime], list[Figure]]
_SOURCES: list[Source] = []


def register_figures(source: Source) -> None:
    """Register a source. It is called with the start of the range and may only make a few bounded queries."""
    if source not in _SOURCES:
        _SOURCES.append(source)


def figures_since(since: datetime) -> list[Figure]:
    """Return the figures of all sources for the range that starts at `since`."""
    return [figure for source in [*_SOURCES, job_figures] for figure in source(since)]


def bounded(count: int) -> str:
    """Return a count as text. A count of COUNTED_AT_MOST + 1, where the query stops, is shown as "1,000+"."""
    return f"{COUNTED_AT_MOST:,}+" if count > COUNTED_AT_MOST else f"{count:,}"


def job_figures(since: datetime) -> list[Figure]:
    """Return two figures: jobs that are running, and jobs created in the range that failed or finished partially."""
    jobs = Job.objects.filter(account_id=backend_account_id(), backend=backend_fingerprint())
    running = jobs.filter(finished_at=None)[: COUNTED_AT_MOST + 1].count()
    bad = jobs.filter(created_at__gte=since, state__in=[JobState.PARTIAL, JobState.FAILED])
    undone = bad[: COUNTED_AT_MOST + 1].count()
    url, wanted = reverse("jobs:list"), Capability.VIEW_JOBS
    return [
        Figure("Jobs under way", bounded(running), url, wanted),
        Figure("Jobs that left something undone", bounded(undone), url, wanted, warns=bool(undone)),
    ]
