"""The sender's loop: several lanes at once, and an end in time whatever a receiver does."""

import threading
import time

import pytest

from dashboard.backup.home_state import hold_queues, release_queues
from dashboard.outbox.models import OutboxEntry
from dashboard.outbox.sender import SenderLoop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def loop():
    made = SenderLoop()
    thread = threading.Thread(target=made.run, daemon=True)
    made.thread = thread
    yield made
    made.stop()
    thread.join(10)


def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def test_a_receiver_that_hangs_keeps_no_other_and_not_the_end(put, receiver, loop):
    released = threading.Event()
    real = receiver.send

    def send(payload, *, destination, key):
        if destination == "slow":
            released.wait(20)
        real(payload, destination=destination, key=key)

    receiver.send = send
    put("s1", destination="slow")
    for number in range(8):
        put(f"k{number}", destination=f"d{number}")
    loop.thread.start()
    assert until(lambda: len(receiver.received) == 8), receiver.received
    put("later", destination="d1")
    assert until(lambda: "later" in receiver.received)
    began = time.monotonic()
    loop.stop()
    loop.thread.join(18)
    assert not loop.thread.is_alive()
    assert time.monotonic() - began < 18
    released.set()
    assert until(lambda: OutboxEntry.objects.filter(key="s1", state="sent").exists())


def test_after_a_restore_nothing_is_sent_until_it_is_let_go(put, receiver, loop, settings, tmp_path):
    settings.GATEHOUSE_QUEUES_HELD = tmp_path / "restored.json"
    hold_queues({"restored_at": "now"})
    put("one")
    loop.thread.start()
    assert not until(lambda: receiver.asked, seconds=2.5)
    assert release_queues()
    assert until(lambda: receiver.received == ["one"])
    assert not release_queues()
