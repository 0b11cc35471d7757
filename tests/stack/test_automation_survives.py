"""An automation that is on, and whose worker is killed again and again while reports arrive, acts on each message once.

The worker is the supervisor's own, killed by its pid with SIGKILL. What was done is counted at the gateway: its action
log has each move that was begun, also one that was begun twice.

Slow, since killed workers have to come back, each time after a longer pause.
"""

import os
import re
import time
from email.message import EmailMessage
from email.utils import make_msgid
from random import Random

import pytest

from tests.stack.over_http import api_of, signed_in
from tests.stack.running import Stack, kill_family, wait_for
from tests.stack.varied_campaign import deliver, report_of

pytestmark = [pytest.mark.stack, pytest.mark.slow]
KILLS = int(os.environ.get("AUTOMATION_KILLS", "20"))
MESSAGES = 20 * KILLS
BETWEEN_REPORTS = 0.3
LONGEST_LIFE = 14.0
"""Seconds that a worker lives at most: it needs about four to begin, and looks every ten."""

COUNTED = """
from dashboard.jobs.models import JobItem
from gateway.models import ActionLog
from investigate.automations.models import Firing
fired = Firing.objects.filter(run="real")
items = JobItem.objects.all()
begun = ActionLog.objects.using("gateway").filter(operation="MOVE", message__subject__startswith="Rounds of week")
print(
    fired.count(), fired.filter(state="job").count(), items.count(), items.values("investigate_id").distinct().count(),
    items.filter(state="done").count(), begun.count(), begun.values("message").distinct().count(),
    begun.filter(success=True, properties__folder="JunkEmail").count(),
)
"""


@pytest.fixture
def stack(own_stack):
    own_stack.use_servers(own_redis=True)
    own_stack.environment |= {
        "GATEHOUSE_JOB_LEASE": "4",
        "GATEWAY_RELAY_NETWORKS": "127.0.0.0/8",
        # With the sample mail, acme.example is a domain of ours, whose people may report.
        "GATEHOUSE_SAMPLE_MAIL": "1",
    }
    return own_stack.start()


def letter(number: int) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"] = f"sender{number}@partner.example", f"person{number % 50}@acme.example"
    made["Subject"], made["Message-ID"] = f"Rounds of week {number}", make_msgid(domain="partner.example")
    made.set_content(f"The rounds of week {number} are planned. Ask at desk {number * 7} if yours is missing.")
    return made


def switched_on(stack: Stack) -> None:
    """Make an automation that moves each reported message, and switch it on."""
    with signed_in(stack, "analyst") as console:
        page = console.post(
            "/automations/new/",
            name="Reported: to junk",
            event="reported",
            reporters="1",
            act="move",
            scope="message",
            destination="JunkEmail",
            per_hour="10000",
            unattended="100000",
        )
        path = re.search(r"/automations/\d+/", page.url.path)
        assert path is not None, page.text
        assert "It is on" in console.post(f"{path[0]}on/").text


def counted(stack: Stack) -> list[int]:
    said = stack.manage("shell", "--verbosity", "0", "-c", COUNTED).stdout
    return [int(number) for number in said.split()[-8:]]


def kill_while_reports_arrive(stack: Stack, letters: list[EmailMessage], chance: Random) -> int:
    """Kill the worker KILLS times, each time a while after it began. Return how many letters were reported."""
    sent = 0
    for _ in range(KILLS):
        worker = wait_for(lambda: stack.pid_of("celery", "long@"), 60, "a worker")
        victim = stack.child("celery", "long@")
        assert victim.pid == worker
        dies_at = time.monotonic() + chance.uniform(2.0, LONGEST_LIFE)
        while time.monotonic() < dies_at:
            if sent < len(letters):
                deliver(stack, [report_of(letters[sent])])
                sent += 1
            time.sleep(BETWEEN_REPORTS)  # Reports come one after another, also while the worker is busy.
        kill_family(victim)
    return sent


@pytest.mark.timeout(2400)
def test_killed_twenty_times_while_reports_arrive_it_acts_on_each_message_once(stack):
    seed = int(os.environ.get("KILL_SEED") or Random().randrange(10**6))
    print(f"KILL_SEED={seed}")  # noqa: T201 - pytest shows it when the test fails
    letters = [letter(number) for number in range(MESSAGES)]
    deliver(stack, letters)
    with api_of(stack) as api:
        wait_for(lambda: len(list(api.search(query="rounds"))) == MESSAGES, 120, "the mail")
    switched_on(stack)
    deliver(stack, [report_of(letters[0])])
    wait_for(lambda: counted(stack)[4] == 1, 120, "the first act, before anything is killed")
    sent = 1 + kill_while_reports_arrive(stack, letters[1:], Random(seed))

    wait_for(lambda: counted(stack)[4] >= sent, 300, f"{sent} moved messages")
    assert counted(stack) == [sent] * 8
    assert stack.health() == 200
