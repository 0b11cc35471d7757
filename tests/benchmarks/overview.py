"""The overview's page beside the search's page, and the rollups beside reading the same pages of the API."""

import time
from datetime import UTC, datetime, timedelta

from dashboard.backend import api_client_for_background
from dashboard.overview.counting import count
from tests.benchmarks.timing import Table, p50, p95, side_by_side, stopwatch
from tests.stack.over_http import signed_in
from tests.stack.running import Stack, wait_for

ROUNDS = 60
RANGES = ("24h", "90d")
DAYS = 7


def overview(table: Table, stack: Stack, messages: int) -> None:
    """Measure the page once every day was counted, and what counting costs beyond reading."""
    with signed_in(stack, "analyst") as console:
        waited = time.monotonic()
        # Counting goes at thousands of messages a second; a busy machine gets ten times that.
        wait_for(lambda: _is_counted(console), 120 + messages / 400, "the rollups of all days")
        waited = time.monotonic() - waited
        actions = {name: (lambda name=name: console.get(f"/?range={name}")) for name in RANGES}
        found = side_by_side({"search": lambda: console.get("/investigate/")} | actions, ROUNDS)
    floor = p50(found["search"])
    for name in RANGES:
        figure = f"{p50(found[name]):.0f} ms p50, {p95(found[name]):.0f} ms p95"
        table.add(f"overview, {name}: the page", figure, f"{p50(found[name]) / floor:.1f} × the search's page")
    _counting(table)


def _is_counted(console) -> bool:
    page = console.get("/?range=90d").text
    time.sleep(1)
    return "chart-bars" in page and "not counted yet" not in page


def _counting(table: Table) -> None:
    client, now = api_client_for_background(), datetime.now(UTC)
    asked = {"detections_only": False, "start": now - timedelta(days=DAYS), "end": now, "per_page": 1000}
    read, hours = 0, {}
    spent = 0.0
    with stopwatch() as whole:
        cursor = None
        while True:
            page = client.investigate.list(cursor=cursor, **asked)
            read += len(page.items)
            started = time.perf_counter()
            count(hours, page.items)
            spent += time.perf_counter() - started
            cursor = page.next
            if cursor is None:
                break
    seconds = whole()
    table.add(
        f"rollups, {read:,} messages of {DAYS} days",
        f"{read / seconds:,.0f}/s",
        f"{seconds / (seconds - spent):.2f} × only reading them from the API",
    )
