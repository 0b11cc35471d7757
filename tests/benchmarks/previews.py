"""Pictures of messages: the first look, which Chromium draws, and every later one."""

import time
from itertools import islice

from tests.benchmarks.timing import Table, p50, p95
from tests.stack.over_http import api_of
from tests.stack.running import Stack

COUNT = 80


def previews(table: Table, stack: Stack) -> None:
    """Draw pictures of messages that have HTML, one after the other."""
    with api_of(stack) as api:
        found = [message["id"] for message in islice(api.search(query="news"), COUNT)]
        first, again = ([_one(api, message) for message in found] for _ in range(2))
    kept = p50(again)
    figure = f"{p50(first):.0f} ms p50, {p95(first):.0f} ms p95"
    table.add(f"preview, {len(found)} messages", figure, f"{p50(first) / kept:.1f} × a kept picture ({kept:.1f} ms)")


def _one(api, message: str) -> float:
    started = time.perf_counter()
    assert api.get(f"/investigate/{message}/preview")["result"]["screenshot"]
    return (time.perf_counter() - started) * 1000
