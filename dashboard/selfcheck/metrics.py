"""What the newest self-check found, at the moment of a scrape."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from dashboard.selfcheck.models import SelfCheck


class SelfCheckCollector(Collector):
    """Whether mail gets through, when that was checked, and how long each step took. Nothing before the first check."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the metrics."""
        newest = SelfCheck.objects.filter(ended_at__isnull=False).order_by("-started_at").first()
        if newest is None:
            return
        ok = int(not newest.failed_step)
        yield GaugeMetricFamily("gatehouse_selfcheck_ok", "1 if the newest self-check succeeded.", value=ok)
        at = newest.started_at.timestamp()
        yield GaugeMetricFamily("gatehouse_selfcheck_started", "When it started, in seconds of Unix time.", value=at)
        steps = GaugeMetricFamily("gatehouse_selfcheck_seconds", "How long each step took.", labels=["step"])
        for name, seconds in newest.steps.items():
            steps.add_metric([name], seconds)
        yield steps

    def describe(self) -> list[GaugeMetricFamily]:
        """Return nothing, so that registering does not ask the database."""
        return []
