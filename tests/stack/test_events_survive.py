"""3,000 webhooks to a receiver that fails in every way, while sender, worker and Redis are killed again and again.

Each event arrives; none arrives more often than the receiver left it without a good answer, but for one for each kill
of the sender; those of one message arrive in their order.

Slow, since killed processes have to come back, each time after a longer pause.
"""

import json
import os
import threading
import time
from collections import Counter
from random import Random

import pytest

from tests.investigate.event_export.receivers import HttpReceiver, answer, http_receiver
from tests.stack.running import Stack, kill_family, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.slow]
EVENTS = int(os.environ.get("EVENTS", "3000"))
KILLS = int(os.environ.get("EVENT_KILLS", "12"))
OF_A_MESSAGE = 3
FAILURES = {
    kind: max(2, count * EVENTS // 3000)
    for kind, count in {"500": 60, "429": 8, "slow": 40, "never": 4, "broken off": 10}.items()
}
"""How often the receiver fails in which way."""
LONGEST_LIFE = 4.0

MADE = """
from datetime import timedelta
from django.utils import timezone
from api_client.models import Message, MessageProperties
from dashboard.backend import backend_account_id, backend_fingerprint
from investigate.event_export.feed import NewEvent, events_add, newest_number
from investigate.event_export.formats.alerts import alert_fields
from investigate.event_export.models import Destination
from investigate.event_export.secrets import new_secret, seal_secret
Destination.objects.create(
    account_id=backend_account_id(), backend=backend_fingerprint(), name="Hook", way="webhook", address="{url}",
    kinds=["email_security_alerts"], secret=seal_secret(new_secret()), cursor=newest_number(),
)
def fields(number):
    message = Message(
        id=f"m{{number % {messages}}}", client_recipients=[], detection_reasons=[], is_phish_submission=False,
        is_quarantined=False, properties=MessageProperties(), subject=str(number),
    )
    return alert_fields(message, None)
for start in range(0, {events}, 500):
    events_add([
        NewEvent("email_security_alerts", ("test", number), at=timezone.now(), fields=fields(number),
                 message_id=f"m{{number % {messages}}}", disposition="malicious")
        for number in range(start, min(start + 500, {events}))
    ])
"""

STATES = """
from collections import Counter
from dashboard.outbox.models import OutboxEntry
from investigate.event_export.models import Destination, Event
print(sum(OutboxEntry.objects.filter(state="sent").values_list("tries", flat=True)),
      OutboxEntry.objects.filter(state="sent").count(), OutboxEntry.objects.exclude(state="sent").count(),
      Destination.objects.get().lost)
"""


@pytest.fixture
def stack(own_stack):
    own_stack.use_servers(own_redis=True)
    own_stack.environment |= {"GATEHOUSE_JOB_LEASE": "4"}
    return own_stack.start()


class Unreliable:
    """Answers as a schedule says, and keeps which event got which answer."""

    def __init__(self, chance: Random) -> None:
        planned = [kind for kind, count in FAILURES.items() for _ in range(count)]
        places = chance.sample(range(int(EVENTS * 0.95)), len(planned))
        self.plan = dict(zip(places, planned, strict=True))
        self.log: list[tuple[str, str, str]] = []
        self.lock = threading.Lock()

    def __call__(self, handler) -> None:
        got = handler.server.receiver.got[-1]
        told = json.loads(got.body)
        with self.lock:
            kind = self.plan.pop(len(self.log), "good")
            self.log.append((got.headers["webhook-id"], told["data"]["AlertID"], kind))
        match kind:
            case "500":
                answer(500)(handler)
            case "429":
                answer(429, Retry_After="1")(handler)
            case "slow":
                time.sleep(0.5)
                answer(204)(handler)
            case "never":
                handler.server.over.wait(30)
                handler.close_connection = True
            case "broken off":
                handler.close_connection = True
            case _:
                answer(204)(handler)


def kill_while_it_sends(stack: Stack, receiver: HttpReceiver, chance: Random) -> int:
    """Kill the sender, the worker and Redis in turn, until KILLS or all has arrived. Return how often the sender."""
    senders = 0
    for number in range(KILLS):
        words = [("manage.py", "sender"), ("celery", "long@"), ("manage.py", "sender"), ("redis",)][number % 4]
        wait_for(lambda words=words: stack.pid_of(*words), 90, f"a {words[-1]}")
        victim, before = stack.child(*words), len(receiver.got)
        # What is killed before it sends proves nothing.
        wait_for(lambda before=before: len(receiver.got) > before, 90, "a webhook")
        time.sleep(chance.uniform(0.1, LONGEST_LIFE))
        kill_family(victim)
        senders += "sender" in words
        if len({got.headers["webhook-id"] for got in receiver.got}) == EVENTS:
            break
    return senders


@pytest.mark.timeout(2400)
def test_each_webhook_arrives_in_order_whatever_is_killed_and_however_the_receiver_fails(stack):
    seed = int(os.environ.get("KILL_SEED") or Random().randrange(10**6))
    print(f"KILL_SEED={seed}")  # noqa: T201 - pytest shows it when the test fails
    chance = Random(seed)
    with http_receiver() as receiver:
        unreliable = Unreliable(chance)
        receiver.otherwise = unreliable
        made = MADE.format(url=receiver.url(), events=EVENTS, messages=EVENTS // OF_A_MESSAGE)
        stack.manage("shell", "--verbosity", "0", "-c", made)
        begun = time.monotonic()
        kills = kill_while_it_sends(stack, receiver, chance)
        wait_for(lambda: len({one for one, _, _ in unreliable.log}) == EVENTS, 900, "all events")
        wait_for(lambda: stack_states(stack)[2] == 0, 300, "an empty outbox")
        took = time.monotonic() - begun

    arrived = Counter(one for one, _, _ in unreliable.log)
    accepted = Counter(one for one, _, kind in unreliable.log if kind in ("good", "slow"))
    again = sum(count - 1 for count in accepted.values())
    _, sent, left, lost = stack_states(stack)
    print(f"{len(unreliable.log)} tries, {again} repeated, {kills} kills of the sender, {took:.0f} s")  # noqa: T201 - the same
    assert (sent, left, lost, len(arrived)) == (EVENTS, 0, 0, EVENTS)
    assert set(accepted) == set(arrived)
    assert again <= kills
    assert in_order(unreliable.log)


def stack_states(stack: Stack) -> list[int]:
    said = stack.manage("shell", "--verbosity", "0", "-c", STATES).stdout
    return [int(number) for number in said.split()[-4:]]


def in_order(log: list[tuple[str, str, str]]) -> bool:
    """Return whether no event of a message arrived before, or again after, one that comes later."""
    newest: dict[str, int] = {}
    for one, message, _ in log:
        number = int(one.rpartition("_")[2])
        if number < newest.get(message, 0):
            return False
        newest[message] = number
    return True
