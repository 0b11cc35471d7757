"""What goes on behind the analysts' backs: a large job, a replay, digests, and arriving mail."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.benchmarks.digests import RULE
from tests.benchmarks.mail_flow.mails import DOMAIN
from tests.stack.over_http import Console
from tests.stack.running import Stack

SEED = 5
_PEOPLE = """
import json, sys
from dashboard.capabilities import Role
from dashboard.people.services import people_ensure
for name, password in json.load(open({file!r})):
    people_ensure(username=name, password=password, role=Role.ANALYST)
"""
_JOB = """
from datetime import UTC, datetime, timedelta
from itertools import islice
from django.contrib.auth.models import User
from dashboard.backend import api_client_for_console
from dashboard.jobs.selections.services import selection_create
from dashboard.jobs.services import job_start
from dashboard.jobs.snapshot import Snapshot
now = datetime.now(UTC)
rows = api_client_for_console().investigate.iterate(
    detections_only=False, delivery_status="delivered", start=now - timedelta(days=60), end=now, per_page=1000
)
made = (row for row in rows if (row.message_id or "").startswith("<{seed}."))
user = User.objects.get(username="analyst")
selection = selection_create(user=user, snapshots=[Snapshot.of(row) for row in islice(made, {count})])
print(job_start(selection, user=user, action="move", destination="JunkEmail", reason="load").pk, selection.size)
"""
_PROGRESS = """
import json
from dashboard.jobs.models import Job
from dashboard.jobs.selectors import job_progress
from gateway.models import Delivery, Message
job = Job.objects.get(pk={job!r})
found = job_progress(job)
print(json.dumps({{"done": found.done, "failed": found.failed, "state": str(job.state)}}))
"""


def make_people(stack: Stack, people: list[list[str]]) -> str:
    """Create an analyst for each name and password; return the file that names them."""
    file = stack.home / "analysts.json"
    file.write_text(json.dumps(people))
    stack.manage("shell", "-c", _PEOPLE.format(file=str(file)), timeout=300)
    return str(file)


def begin_job(stack: Stack, count: int) -> tuple[str, int]:
    """Move `count` delivered messages; return the job's id and how many it has."""
    said = stack.manage("shell", "-c", _JOB.format(seed=SEED, count=count), timeout=900).stdout.split()
    return said[-2], int(said[-1])


def job_progress(stack: Stack, job: str) -> dict[str, Any]:
    """Return how many of the job's messages are done, and its state."""
    found: dict[str, Any] = json.loads(stack.manage("shell", "-c", _PROGRESS.format(job=job)).stdout.splitlines()[-1])
    return found


def begin_replay(admin: Console) -> Callable[[], bool]:
    """Ask what a policy would have done to the last 90 days; return a function that tells whether that has ended."""
    fields = {"pattern": "[a-m].*", "pattern_type": "DOMAIN", "is_regex": "on", "is_trusted_sender": "on"}
    path = admin.post("/policies/allow-policies/look/", **fields, days="90").url.path
    return lambda: admin.get_any(f"{path}progress/").status_code == 286


def begin_digests(admin: Console) -> None:
    """Tell people what is held for them, at once."""
    admin.post("/digests/domains/")
    admin.post(f"/digests/{DOMAIN}/", **RULE)
