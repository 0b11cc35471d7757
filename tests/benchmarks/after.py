"""What a large job and its proof take on an account that serves nothing deprecated, within the budget of calls.

    python -m tests.benchmarks.after [--job 100000]

A gateway with GATEWAY_DEPRECATED=0 is the account; the console reaches it over HTTP, with the vendor's budget of 1,200
calls in 300 seconds. Both are started here, on SQLite and Redis servers of their own.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.timing import Table
from tests.stack.over_http import api_of
from tests.stack.running import Stack

MESSAGES_PER_CALL = 4000
OTHERS = ("DATABASE_URL", "GATEWAY_DATABASE_URL", "REDIS_URL")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.after", description=__doc__)
    parser.add_argument("--job", type=int, default=100_000, help="messages that the job moves (100000)")
    options = parser.parse_args()
    for name in OTHERS:
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory(prefix="gatehouse-after-") as folder:
        account = Stack(Path(folder) / "account", {"GATEHOUSE_SAMPLE_MAIL": "0", "GATEWAY_DEPRECATED": "0"})
        try:
            account.start()
            account.manage("make_mail", "--count", str(options.job * 13 // 10), "--seed", "2", timeout=3600)
            ran_through = measure(account, Path(folder) / "console", options.job)
        finally:
            account.close()
    sys.exit(0 if ran_through else 1)


def measure(account: Stack, home: Path, count: int) -> bool:
    """Move messages by a job, print what it took, and return whether the proof kept to its calls."""
    run = account.run
    environment = {
        "CLOUDFLARE_BASE_URL": run["api_base_url"],
        "CLOUDFLARE_ACCOUNT_ID": run["account_id"],
        "CLOUDFLARE_API_TOKEN": run["api_token"],
        "GATEHOUSE_JOB_CHUNK": "1000",
    }
    os.environ |= environment | {
        "GATEHOUSE_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "dashboard.settings",
        "GATEWAY_DNS": "off",
    }
    console = Stack(home, environment)
    try:
        console.start()
        return _job(account, count)
    finally:
        console.close()


def _job(account: Stack, count: int) -> bool:
    import django

    django.setup()
    from django.contrib.auth.models import User

    from api_client.models import Message
    from dashboard.jobs.look_budget import looks_allowed
    from dashboard.jobs.selections.services import selection_create
    from dashboard.jobs.selectors import job_progress
    from dashboard.jobs.services import job_start
    from dashboard.jobs.snapshot import Snapshot

    table = Table()
    with api_of(account) as api:
        rows = api.search(delivery_status="delivered", start="2020-01-01T00:00:00Z")
        snapshots = [Snapshot.of(Message.model_validate(found)) for found, _ in zip(rows, range(count), strict=False)]
    assert len(snapshots) == count, f"{len(snapshots)} messages were delivered"
    user = User.objects.get(username="analyst")
    selection = selection_create(user=user, snapshots=snapshots)
    job = job_start(selection, user=user, action="move", destination="DeletedItems", reason="benchmark")
    began, accepted = time.monotonic(), 0.0
    while job.finished_at is None:
        time.sleep(1)
        job.refresh_from_db()
        if job.proof and not accepted:
            accepted = time.monotonic() - began
    progress, looks = job_progress(job), looks_allowed() - job.proof["looks"]
    table.add(f"move job, {count:,} messages: accepted", f"{accepted:.0f} s, {count / accepted:,.0f}/s")
    table.add(
        "its proof",
        f"{time.monotonic() - began - accepted:.0f} s, {job.proof['calls']} calls and {looks} looks at single messages",
        f"a call for {count / job.proof['calls']:,.0f} messages; wanted: for {MESSAGES_PER_CALL:,} at least",
    )
    table.add("proven, and of these their place left open", f"{progress.proven:,}, {progress.left_open:,}")
    return progress.proven == count and count / job.proof["calls"] >= min(count, MESSAGES_PER_CALL)


if __name__ == "__main__":
    main()
