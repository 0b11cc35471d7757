"""What a job costs beyond the calls that it makes, what its proof costs, and what people feel of it meanwhile."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import islice
from threading import Event, Thread

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command

from api_client.models import Message
from dashboard.backend import api_client_for_console
from dashboard.jobs.models import Job
from dashboard.jobs.selections.services import selection_create
from dashboard.jobs.selectors import job_progress
from dashboard.jobs.services import job_start
from dashboard.jobs.snapshot import Snapshot
from dashboard.jobs.states import ItemState
from tests.benchmarks.timing import Table, p50, p95, stopwatch
from tests.stack.over_http import Console, signed_in
from tests.stack.running import Stack

SEED = 2
LIMIT, MESSAGES_PER_CALL, SLOWER_AT_MOST = 1.2, 500, 2.0
LOOKS_BEFORE = 40
PAUSE = 0.5
"""Seconds between two looks at the search while a job runs: a person's pace, and no load of its own."""


def job_overhead(table: Table, stack: Stack, count: int) -> None:
    """Move messages by a bare loop, by a job, and by the loop once more, always to another folder.

    Moves wait for the disk, whose speed changes from minute to minute where others use it too: so the loop runs on
    both sides of the job. It posts the same chunks and records nothing. Somebody searches all the while, also beside
    the loops, so that both have the same company.
    """
    call_command("make_mail", "--count", str(count * 13 // 10), "--seed", str(SEED), stdout=StringIO())
    found = _delivered(count)
    ids = [message.id for message in found]
    with signed_in(stack, "analyst") as analyst:
        idle = [_look(analyst) for _ in range(LOOKS_BEFORE)]
        with _searching(analyst), stopwatch() as before:
            _bare_loop(ids, "JunkEmail")
        with _searching(analyst) as looks:
            job, accepted = _run(found)
        with _searching(analyst), stopwatch() as after:
            _bare_loop(ids, "RecoverableItemsDeletions")
    loop, proof = (before() + after()) / 2, job.proof["calls"]
    progress = job_progress(job)
    assert (progress.done, progress.proven) == (count, count), progress
    assert job.finished_at is not None
    proving = (job.finished_at - job.created_at).total_seconds() - accepted
    loops = f"{before():.1f} and {after():.1f} s"
    table.add(
        f"move job, {count:,} messages: accepted",
        f"{accepted:.1f} s, {count / accepted:,.0f}/s",
        f"{accepted / loop:.2f} × a bare loop of the same calls ({loops}); wanted: {LIMIT} at most",
    )
    table.add(
        f"move job, {count:,} messages: proven",
        f"{proving:.1f} s, {proof} calls",
        f"a call for {count / max(1, proof):,.0f} messages; wanted: for {MESSAGES_PER_CALL} at least",
    )
    table.add(
        "search, the console's page, while the job runs",
        f"{p50(looks):.0f} ms p50, {p95(looks):.0f} ms p95",
        f"{p50(looks) / p50(idle):.2f} × idle ({p50(idle):.0f} ms p50, {p95(idle):.0f} ms p95); "
        f"wanted: under {SLOWER_AT_MOST:.0f}",
    )


def _delivered(count: int) -> list[Message]:
    """Return messages of the mail made here, which lies in mailboxes; the rest of the store does not."""
    now = datetime.now(UTC)
    searched = api_client_for_console().investigate.iterate(
        detections_only=False,
        delivery_status="delivered",
        start=now - timedelta(days=60),
        end=now,
        per_page=1000,
    )
    ours = (message for message in searched if (message.message_id or "").startswith(f"<{SEED}."))
    found = list(islice(ours, count))
    assert len(found) == count
    return found


def _bare_loop(found: list[str], folder: str) -> None:
    client = api_client_for_console()
    size = settings.GATEHOUSE_JOB_CHUNK
    for start in range(0, len(found), size):
        results = client.investigate.move.bulk(ids=found[start : start + size], destination=folder)
        assert all(result.success for result in results)


def _look(console: Console) -> float:
    """Return the milliseconds of the console's search page."""
    with stopwatch() as seconds:
        console.get("/investigate/?query=invoice")
    return seconds() * 1000


@contextmanager
def _searching(console: Console) -> Iterator[list[float]]:
    """Have somebody search until the end of the block; gives how long each search took."""
    looks: list[float] = []
    done = Event()

    def search() -> None:
        while not done.wait(PAUSE):
            looks.append(_look(console))

    person = Thread(target=search)
    person.start()
    try:
        yield looks
    finally:
        done.set()
        person.join()


def _run(found: list[Message]) -> tuple[Job, float]:
    """Run a job on the stack's worker; gives it, and the seconds until all was accepted."""
    user = User.objects.get(username="analyst")
    selection = selection_create(user=user, snapshots=[Snapshot.of(message) for message in found])
    job = job_start(selection, user=user, action="move", destination="DeletedItems", reason="benchmark")
    while job.finished_at is None:
        time.sleep(PAUSE)
        job.refresh_from_db()
    last = job.items.filter(state=ItemState.DONE).order_by("-settled_at").values_list("settled_at", flat=True).first()
    return job, (last - job.created_at).total_seconds()
