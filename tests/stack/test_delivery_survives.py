"""kill -9 of intake and delivery while a next hop misbehaves: no copy is lost, none comes twice but those counted.

DELIVERY_MESSAGES and DELIVERY_KILLS say how much of it.
"""

import json
import os
import random
import smtplib
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.gateway.delivery.fake_next_hop import CUT, fake_next_hop
from tests.stack.running import free_port

ROOT = Path(__file__).resolve().parents[2]
MESSAGES = int(os.environ.get("DELIVERY_MESSAGES", "40"))
KILLS = int(os.environ.get("DELIVERY_KILLS", "6"))
PEOPLE = ("bo@acme.example", "jo@acme.example", "zoe@acme.example")
COUNTED = """
import json
from gateway.models import Delivery
rows = Delivery.objects.using("gateway").values_list("message__subject", "recipient", "status", "answers_lost")
print(json.dumps(list(rows)))
"""


class Processes:
    """Intake and delivery of an installation of their own."""

    def __init__(self, home, hop_port):
        self.port = free_port()
        home.mkdir(mode=0o700)
        routes = f'[domains."acme.example"]\ndeliver = "lmtp"\nto = "127.0.0.1:{hop_port}"\ntls = "none"\n'
        (home / "routes.toml").write_text(routes)
        kept = ("PATH", "HOME", "DATABASE_URL", "GATEWAY_DATABASE_URL")
        self.environment = {name: os.environ[name] for name in kept if name in os.environ} | {
            "GATEHOUSE_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": "dashboard.settings",
            "SMTP_PORT": str(self.port),
            "SMTP_BIND": "127.0.0.1",
            "REDIS_URL": "redis://127.0.0.1:1/0",
            "GATEWAY_QUEUE_PAUSE": "1",
            "GATEWAY_QUEUE_LEASE": "2",
            "GATEWAY_DNS": "off",
        }
        self.log = (home / "log").open("wb")
        self.running = {}

    def manage(self, *words):
        command = [sys.executable, str(ROOT / "manage.py"), *words]
        return subprocess.run(
            command, env=self.environment, cwd=ROOT, check=True, capture_output=True, text=True
        ).stdout

    def start(self, name):
        command = [sys.executable, str(ROOT / "manage.py"), name]
        self.running[name] = subprocess.Popen(command, env=self.environment, cwd=ROOT, stdout=self.log, stderr=self.log)

    def kill(self, name):
        self.running[name].kill()
        self.running[name].wait()

    def rows(self):
        return json.loads(self.manage("shell", "-v", "0", "-c", COUNTED).splitlines()[-1])


def misbehaves(chance):
    """Return the script of a next hop that fails now and then, in every way."""

    def answer(command):
        dice = chance.random()
        if command.startswith("END") and dice < 0.1:
            return f"lost {CUT}"
        if command.startswith(("RCPT", "END")) and dice < 0.2:
            return "450 4.2.1 busy"
        if command.startswith(("MAIL", "DATA")) and dice < 0.05:
            return CUT
        return None

    return answer


def hand_over(port, number):
    """Send a message as a server does: again until it is acknowledged. Return how often it was tried."""
    content = f"From: a@partner.example\r\nSubject: number {number}\r\n\r\n{'x' * 2000}\r\n"
    for tries in range(1, 200):
        try:
            with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
                client.sendmail("a@partner.example", PEOPLE, content)
            return tries
        except (OSError, smtplib.SMTPException):
            time.sleep(0.3)
    raise AssertionError("the intake took nothing")


@pytest.mark.slow
def test_no_copy_is_lost_and_none_comes_twice_but_those_counted(tmp_path):
    if os.environ.get("GATEWAY_DATABASE_URL", "").startswith("postgres"):
        pytest.skip("it would share the database of the other tests")
    chance = random.Random(18)
    with fake_next_hop(lmtp=True, script=misbehaves(chance)) as hop:
        processes = Processes(tmp_path / "home", hop.port)
        processes.manage("migrate", "-v", "0")
        processes.manage("migrate", "-v", "0", "--database", "gateway")
        tries = Counter()
        try:
            for name in ("smtp_intake", "delivery"):
                processes.start(name)
            sender = threading.Thread(
                target=lambda: [tries.update({n: hand_over(processes.port, n)}) for n in range(MESSAGES)]
            )
            sender.start()
            for number in range(KILLS):
                time.sleep(3 + chance.random() * 3)
                name = "smtp_intake" if number % 3 == 2 else "delivery"
                processes.kill(name)
                processes.start(name)
            sender.join(300)
            assert len(tries) == MESSAGES
            deadline = time.monotonic() + 240
            while {status for _, _, status, _ in processes.rows()} != {"delivered"}:
                assert time.monotonic() < deadline, "copies still wait"
                time.sleep(1)
            rows = processes.rows()
        finally:
            for process in processes.running.values():
                process.kill()
                process.wait()
            processes.log.close()
    assert_each_copy_once(rows, tries, hop.received)


def assert_each_copy_once(rows, tries, received):
    """A message that was handed over twice, since its acknowledgement was lost, is two messages."""
    got = Counter()
    for _, recipients, content in received:
        subject = next(line for line in content.split(b"\r\n") if line.startswith(b"Subject: ")).decode()[9:]
        got.update((subject, recipient) for recipient in recipients)
    stored, lost = Counter(), Counter()
    for subject, recipient, _, answers_lost in rows:
        stored[subject, recipient] += 1
        lost[subject, recipient] += answers_lost
    assert len(stored) == MESSAGES * len(PEOPLE)
    for number in range(MESSAGES):
        for recipient in PEOPLE:
            key = f"number {number}", recipient
            assert stored[key] <= tries[number]
            assert stored[key] <= got[key] <= stored[key] + lost[key], (key, stored[key], got[key], lost[key])
    twice = sum((got - stored).values())
    print(f"{sum(stored.values())} copies, {sum(lost.values())} answers lost, {twice} came twice")  # noqa: T201 - for -s
