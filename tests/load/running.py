"""Fills a stack, puts it under load, and collects what came of it."""

from __future__ import annotations

import argparse
import json
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import redis

from dashboard.home import redis_socket
from tests.benchmarks.mail_flow import processors
from tests.benchmarks.mail_flow.arrivals import Arrivals
from tests.benchmarks.mail_flow.figures import Figures, figures
from tests.benchmarks.mail_flow.mails import pool
from tests.benchmarks.mail_flow.sending import Run, send_all
from tests.benchmarks.mail_flow.ways import held_transactions, protect
from tests.load import work
from tests.load.outcome import Outcome
from tests.mail_server import mail_server
from tests.stack.over_http import signed_in
from tests.stack.running import Stack

PATIENCE: Final = 900
FIRST: Final = 1_000_000
LOOK_SECONDS: Final = 5
_TROUBLE: Final = re.compile(r"Traceback|database is locked|deadlock|\bERROR\b|\bCRITICAL\b")


def run(folder: Path, options: argparse.Namespace) -> int:
    """Measure a stack under load, print what came of it, and return the exit status."""
    with mail_server() as letters, _filled(folder / "home", letters.url, options) as stack:
        file = work.make_people(
            stack, [[f"analyst-{number}", secrets.token_urlsafe(16)] for number in range(options.analysts)]
        )
        seconds = options.minutes * 60
        job, size = work.begin_job(stack, options.job) if options.job else ("", 0)
        before = processors.of_stack(stack)
        with signed_in(stack, "admin") as admin, ThreadPoolExecutor(2) as threads:
            replay_has_ended = work.begin_replay(admin)
            work.begin_digests(admin)
            begun = time.monotonic()
            asking = threads.submit(_analysts, stack.url, file, seconds)
            count = int(options.rate * seconds)
            arriving = threads.submit(send_all, stack.smtp_port, pool(), rate=options.rate, count=count, first=FIRST)
            waiting = _waiting(stack, [asking, arriving])
            pages, arrived = asking.result(), arriving.result()
            took = time.monotonic() - begun
            replayed = replay_has_ended()
        used = processors.between(before, processors.of_stack(stack))
        progress = work.job_progress(stack, job) if job else {}
        flow = _flow(stack, arrived)
        outcome = Outcome(
            pages=pages["pages"],
            failures=pages["failures"],
            flow=flow,
            waiting=waiting,
            trouble=[line[:300] for line in stack.output.splitlines() if _TROUBLE.search(line)],
            letters=len(letters.received),
            seconds=took,
            job_size=size,
            job_done=int(progress.get("done", 0)),
            job_failed=int(progress.get("failed", 0)),
            has_replayed=replayed,
            processors=used,
        )
    sys.stdout.write(outcome.told())
    return 0 if outcome.is_good else 1


@contextmanager
def _filled(home: Path, mail_url: str, options: argparse.Namespace) -> Iterator[Stack]:
    """Run a stack with mail in its store and in mailboxes, once it has done what it does with new mail."""
    stack = Stack(home, {"GATEHOUSE_SAMPLE_MAIL": "0", "EMAIL_URL": mail_url})
    stack.environment["GATEWAY_SMTP_CONNECTIONS_PER_PEER"] = "200"
    if options.servers:
        stack.use_servers()
    try:
        stack.home.mkdir(parents=True, mode=0o700)
        stack.manage("migrate", "--database", "gateway", "-v", "0")
        made = ["--count", str(options.messages), "--seed", str(work.SEED)]
        sys.stdout.write(stack.manage("make_mail", *made, timeout=7200).stdout)
        stack.start(wait=False).wait_until_ready(300)
        protect(stack)
        sys.stdout.write(f"idle after {_until_idle(stack):.0f} s\n")
        sys.stdout.flush()
        yield stack
    finally:
        stack.close()


def _until_idle(stack: Stack) -> float:
    """Wait until what the worker does with new mail is done: campaigns, the overview. Return the seconds."""
    begun, quiet = time.monotonic(), 0
    while time.monotonic() - begun < PATIENCE and quiet < 4:
        before = sum(processors.of_stack(stack).values())
        time.sleep(5)
        quiet = quiet + 1 if sum(processors.of_stack(stack).values()) - before < 1.5 else 0
    return time.monotonic() - begun


def _analysts(url: str, file: str, seconds: float) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.load.analysts", url, file, str(seconds)],
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds + PATIENCE,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-4000:])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _waiting(stack: Stack, work_under_way: list[Future[Any]]) -> list[int]:
    """Return how many tasks waited for a worker, every LOOK_SECONDS until the work is done."""
    lengths = []
    url = stack.environment.get("REDIS_URL") or f"unix://{redis_socket(stack.home)}?db=0"
    with redis.Redis.from_url(url, socket_timeout=10) as server:
        while not all(one.done() for one in work_under_way):
            lists = [key for key in server.scan_iter(count=1000) if server.type(key) == b"list"]
            lengths.append(sum(int(server.llen(key)) for key in lists))
            time.sleep(LOOK_SECONDS)
    return lengths


def _flow(stack: Stack, arrived: Run) -> Figures:
    arrivals = Arrivals(stack.home / "mailboxes", may_move=True)
    arrivals.wait(120, quiet=10)
    return figures(arrived, arrivals.times, held_transactions(stack), processors={})
