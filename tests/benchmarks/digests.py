"""How long the digests of 10,000 people take with 100,000 held messages, and what the search loses meanwhile.

    python -m tests.benchmarks.digests [--messages 100000] [--people 10000]

A whole stack runs in a temporary home: its worker reads what is held, makes the digests, and sends them to a mail
server on this machine. It ends with status 1 if making them takes 5 minutes, the search's median more than twice as
long as before, or reading more than one call for 1,000 held messages.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from tests.mail_server import Received, mail_server
from tests.stack.over_http import Console, signed_in
from tests.stack.running import Stack

SECONDS_AT_MOST = 300
IDLE_SECONDS = 20.0
PATIENCE = 1200.0
SEARCH = "/investigate/?query=invoice"


class Counted(list[Received]):
    """What the mail server got: only the number is kept, since 10,000 mails are large."""

    count = 0

    def append(self, _mail: Received) -> None:
        self.count += 1


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.digests", description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=10_000)
    options = parser.parse_args()
    for name in ("DATABASE_URL", "GATEWAY_DATABASE_URL", "REDIS_URL", "CLOUDFLARE_BASE_URL", "CLOUDFLARE_API_TOKEN"):
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory(prefix="gatehouse-benchmarks-") as folder, mail_server() as server:
        server.received = Counted()
        stack = Stack(Path(folder) / "home", {"GATEHOUSE_SAMPLE_MAIL": "0", "EMAIL_URL": server.url})
        stack.environment["DJANGO_SETTINGS_MODULE"] = "tests.benchmarks.held_settings"
        try:
            return measure(stack, server.received, options)
        finally:
            stack.close()


def measure(stack: Stack, mails: Counted, options: argparse.Namespace) -> int:
    """Fill the store, wait until the stack is idle, switch digests on, and watch."""
    stack.home.mkdir(parents=True, mode=0o700)
    stack.manage("migrate", "--database", "gateway", "-v", "0")
    stack.manage("make_mail", "--count", str(options.messages), "--seed", "3", "--no-mailboxes", timeout=1200)
    stack.manage("shell", "-c", HOLD.replace("PEOPLE", str(options.people)), timeout=600)
    stack.start()
    with signed_in(stack, "analyst") as analyst, signed_in(stack, "admin") as admin:
        _wait_until_idle(stack)
        idle = _searches(analyst, seconds=IDLE_SECONDS)
        _protect(stack)
        admin.post("/digests/domains/")
        during: list[float] = []
        # Weekly digests are not due yet, so that all is read first.
        admin.post("/digests/acme.example/", **RULE | {"frequency": "weekly", "weekday": str(_in_three_days())})
        stack.manage("shell", "-c", TELL_ALL)
        reading = _until(stack, SWEPT, 1, analyst, during)
        admin.post("/digests/acme.example/", **RULE)
        making = _until(stack, MADE, options.people, analyst, during)
        made, untold = _asked(stack, MADE), _asked(stack, UNTOLD)
    calls = len((stack.home / "held_calls.txt").read_text().splitlines())
    slower = statistics.median(during) / statistics.median(idle)
    print(  # noqa: T201
        f"{_asked(stack, COPIES):,} held copies read in {reading:,.0f} s\n"
        f"{made:,} people's digests made in {making:,.0f} s, {untold:,} copies not told of\n"
        f"{mails.count:,} mails arrived by then\n"
        f"{calls} calls to read what is held, {calls * 1000 / options.messages:.2f} for each 1,000\n"
        f"search: {_told(idle)} idle, {_told(during)} meanwhile, {slower:.2f} × the median\n"
        f"load {', '.join(f'{value:.1f}' for value in os.getloadavg())} on {os.cpu_count()} cores"
    )
    is_good = made == options.people and not untold and making <= SECONDS_AT_MOST and slower <= 2
    is_good = is_good and calls * 1000 <= options.messages
    return 0 if is_good else 1


def _protect(stack: Stack) -> None:
    """Protect the domain of the made-up people."""
    run = stack.run
    answer = httpx.post(
        f"{run['api_base_url']}/accounts/{run['account_id']}/email-security/settings/domains",
        json={
            "domain": "acme.example",
            "allowed_delivery_modes": ["DIRECT"],
            "drop_dispositions": [],
            "ip_restrictions": [],
            "regions": [],
        },
        headers={"Authorization": f"Bearer {run['api_token']}"},
        timeout=30,
    )
    # It is there already if the stack has sample mail.
    assert answer.status_code in (201, 409), answer.text


def _searches(console: Console, *, seconds: float) -> list[float]:
    """Search again and again for a while; return the milliseconds of each page."""
    times, ends = [], time.monotonic() + seconds
    while time.monotonic() < ends:
        begun = time.perf_counter()
        console.get(SEARCH)
        times.append((time.perf_counter() - begun) * 1000)
        time.sleep(0.05)
    return times


def _told(times: list[float]) -> str:
    return f"{statistics.median(times):.0f} ms ({statistics.quantiles(times, n=20)[-1]:.0f} ms p95)"


def _until(stack: Stack, query: str, wanted: int, analyst: Console, during: list[float]) -> float:
    """Search until the query gives a number; add the searches' times, and return the seconds."""
    started = time.monotonic()
    while _asked(stack, query) < wanted and time.monotonic() - started < PATIENCE:
        during += _searches(analyst, seconds=2.0)
    return time.monotonic() - started


def _asked(stack: Stack, query: str) -> int:
    """Return a number from the console's database, read beside the stack and without a process of its own."""
    with closing(sqlite3.connect(f"file:{stack.home / 'console.sqlite3'}?mode=ro", uri=True, timeout=20)) as database:
        return int(database.execute(query).fetchone()[0])


def _in_three_days() -> int:
    return (datetime.now(UTC).weekday() + 3) % 7


def _wait_until_idle(stack: Stack) -> None:
    """Wait until campaigns and the overview have read the store: until the worker has done next to nothing a while."""
    ends, quiet = time.monotonic() + PATIENCE, 0
    while time.monotonic() < ends and quiet < 4:
        before = _processor_seconds(stack)
        time.sleep(5)
        quiet = quiet + 1 if _processor_seconds(stack) - before < 1.0 else 0


def _processor_seconds(stack: Stack) -> float:
    total = 0.0
    worker = stack.child("celery", "long@")
    for process in (worker, *worker.children(recursive=True)):
        used: Any = process.cpu_times()
        total += used.user + used.system
    return total


RULE: dict[str, Any] = {
    "frequency": "immediately",
    "hour": "8",
    "weekday": "0",
    "dispositions": ["SUSPICIOUS", "SPOOF", "SPAM", "BULK", "NONE"],
    "language": "en",
    "time_zone": "Europe/Berlin",
    "quiet_from": "0",
    "quiet_to": "0",
}
HOLD = """
from django.db import connections
from gateway.models.message import DeliveryBit
with connections["gateway"].cursor() as cursor:
    cursor.execute(
        "UPDATE gateway_message SET is_quarantined = 1, delivery_bits = %s, final_disposition = 'SPAM',"
        " client_recipients = json_array('p' || (numbered.n %% PEOPLE) || '@acme.example')"
        " FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM gateway_message) AS numbered"
        " WHERE numbered.id = gateway_message.id AND is_phish_submission = 0",
        [int(DeliveryBit.QUARANTINED)],
    )
    cursor.execute("SELECT count(DISTINCT client_recipients), count(*) FROM gateway_message WHERE is_quarantined = 1")
    print(cursor.fetchall())
"""
TELL_ALL = """
from datetime import timedelta
from django.utils import timezone
from investigate.digests.models import DigestRule
DigestRule.objects.update(told_since=timezone.now() - timedelta(days=31))
"""
COPIES = "SELECT count(*) FROM digests_heldcopy"
SWEPT = "SELECT count(*) FROM digests_reading WHERE swept_at IS NOT NULL"
MADE = "SELECT count(DISTINCT person_id) FROM digests_digest"
UNTOLD = "SELECT count(*) FROM digests_heldcopy WHERE digest_id IS NULL"

if __name__ == "__main__":
    sys.exit(main())
