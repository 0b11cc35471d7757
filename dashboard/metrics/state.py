"""What is so at the moment of a scrape: jobs by state, queues, the outbox, entries that wait for their seal.

Each query uses an index and has a bound, so a scrape costs the same whatever is stored.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta

import redis
from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from dashboard.audit.models import AuditEntry
from dashboard.jobs.models import Job
from dashboard.outbox.selectors import counts
from dashboard.task_kinds import QUEUES

_COUNTED_AT_MOST = 10_000


class StateCollector(Collector):
    """The console's gauges. A part that does not answer is left out, and named in gatehouse_scrape_failed."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the metrics."""
        failed = GaugeMetricFamily("gatehouse_scrape_failed", "Parts that did not answer.", labels=["part"])
        parts: dict[str, Callable[[], GaugeMetricFamily]] = {
            "jobs": _jobs,
            "queue": _queue,
            "audit": _audit,
            "outbox": _outbox,
        }
        for part, ask in parts.items():
            try:
                yield ask()
                failed.add_metric([part], 0)
            except (DatabaseError, redis.RedisError, OSError):
                failed.add_metric([part], 1)
        yield failed

    def describe(self) -> list[GaugeMetricFamily]:
        """Return nothing, so that registering asks neither database nor Redis."""
        return []


def _jobs() -> GaugeMetricFamily:
    """Count the jobs that have not ended by their state, and those of the last day that have."""
    found = GaugeMetricFamily("gatehouse_jobs", "Open jobs, and jobs that began in the last day.", labels=["state"])
    day = timezone.now() - timedelta(days=1)
    counts = {
        **dict(_by_state(Job.objects.filter(created_at__gte=day, finished_at__isnull=False))),
        **dict(_by_state(Job.objects.filter(finished_at=None))),
    }
    for state, count in sorted(counts.items()):
        found.add_metric([state], count)
    return found


def _by_state(jobs: "object") -> list[tuple[str, int]]:
    rows = jobs.order_by().values_list("state").annotate(count=Count("pk"))  # type: ignore[attr-defined]  # a queryset
    return [(str(state), int(count)) for state, count in rows]


def _queue() -> GaugeMetricFamily:
    found = GaugeMetricFamily("gatehouse_queue_length", "Tasks that wait for a worker.", labels=["queue"])
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as server:
        for queue in QUEUES:
            found.add_metric([queue], int(server.llen(queue)))
    return found


def _outbox() -> GaugeMetricFamily:
    found = GaugeMetricFamily(
        "gatehouse_outbox", "What waits in the outbox, is stuck, or was given up.", labels=["state"]
    )
    for state, count in counts().items():
        found.add_metric([state], count)
    return found


def _audit() -> GaugeMetricFamily:
    waiting = AuditEntry.objects.filter(position=None).order_by("id").values_list("id", flat=True)[:_COUNTED_AT_MOST]
    return GaugeMetricFamily("gatehouse_audit_unsealed", "Audit entries that wait for their seal.", value=len(waiting))
