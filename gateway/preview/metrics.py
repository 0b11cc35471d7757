"""The renderer's state at the moment of a scrape."""

from collections.abc import Iterator

import redis
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from gateway.preview.render_queue import RenderQueue


class RendererCollector(Collector):
    """Whether a renderer is ready, and how many previews wait. Without Redis, no renderer is."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the metrics."""
        is_ready, waiting = False, 0
        queue = RenderQueue()
        try:
            is_ready, waiting = queue.state() == "ready", queue.length()
        except redis.RedisError:
            pass
        finally:
            queue.close()
        yield GaugeMetricFamily("gatehouse_renderer_ready", "1 if a renderer can draw previews.", value=int(is_ready))
        yield GaugeMetricFamily("gatehouse_previews_waiting", "Previews that wait for the renderer.", value=waiting)

    def describe(self) -> list[GaugeMetricFamily]:
        """Return nothing, so that registering does not ask Redis."""
        return []
