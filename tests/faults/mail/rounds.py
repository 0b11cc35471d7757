"""Rounds of mail on one stack: senders, failing next hops, kills; after each, the truth is compared."""

import json
import time
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

import psutil

from tests.faults.mail.hop import FaultyHop
from tests.faults.mail.sender import Senders, make_messages
from tests.stack.running import Stack, free_port, kill_family

VICTIMS = {
    "intake": ("smtp_intake",),
    "delivery": ("manage.py", "delivery"),
    "worker": ("celery", "long@"),
    "redis": ("redis-server",),
}
PATIENCE = 1800.0
ROUTES = """
[domains."lmtp.example"]
deliver = "lmtp"
to = "127.0.0.1:{lmtp}"
tls = "none"
outbound = true

[domains."smtp.example"]
deliver = "smtp"
to = "127.0.0.1:{smtp}"
tls = "none"

[domains."maildir.example"]
deliver = "maildir"

[smart_host]
to = "127.0.0.1:{smart}"
tls = "none"
"""


@dataclass
class Round:
    """What a round took and did: seconds until all mail was taken in, and until all was settled; what was counted."""

    taken: float
    settled: float
    victims: list[str]
    counts: dict[str, int]
    faults: dict[str, int]


class MailRounds:
    """A stack of its own with three failing next hops; a context manager."""

    def __init__(self, home: Path, chance: Random) -> None:
        self._chance = chance
        self._closing = ExitStack()
        self.hops = [
            FaultyHop("L", Random(chance.random()), lmtp=True),
            FaultyHop("S", Random(chance.random()), lmtp=False),
            FaultyHop("O", Random(chance.random()), lmtp=False),
        ]
        for hop in self.hops:
            self._closing.callback(hop.close)
        home.mkdir(mode=0o700, parents=True)
        ports = dict(zip(("lmtp", "smtp", "smart"), (hop.port for hop in self.hops), strict=True))
        (home / "routes.toml").write_text(ROUTES.format(**ports))
        self.lmtp_port = free_port()
        self.stack = Stack(
            home,
            {
                "GATEHOUSE_SAMPLE_MAIL": "0",
                "LMTP_PORT": str(self.lmtp_port),
                "GATEWAY_RELAY_NETWORKS": "127.0.0.1",
                "GATEWAY_QUEUE_PAUSE": "1",
                "GATEWAY_QUEUE_LEASE": "2",
                "GATEWAY_NEXT_HOP_SECONDS": "4",
                "GATEWAY_NEXT_HOP_ANSWER_SECONDS": "4",
                "GATEHOUSE_JOB_LEASE": "20",
                "WEB_WORKERS": "1",
                "JOB_WORKERS": "1",
            },
        )
        self._closing.callback(self.stack.close)
        self.rounds = 0

    def __enter__(self) -> "MailRounds":
        try:
            self.stack.use_servers(own_redis=True)
            self.stack.start()
        except BaseException:
            self._closing.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def run(self, size: int, kills: int) -> Round:
        """Run one round; raise AssertionError for what is not true. `kills` victims die, one after another."""
        self.rounds += 1
        began = time.monotonic()
        messages = make_messages(f"r{self.rounds}", size, self._chance)
        for hop in self.hops:
            hop.events.clear()
            hop.failures.clear()
            hop.thrown.clear()
        senders = Senders(list(messages.values()), smtp=self.stack.smtp_port, lmtp=self.lmtp_port)
        senders.start()
        killed: list[tuple[float, str]] = []
        try:
            for victim in self._victims(kills):
                time.sleep(self._chance.uniform(0.5, 6.0))  # Not to wait for anything: the moment is to be random.
                if victim == "next hop":
                    self._chance.choice(self.hops).refuse(self._chance.uniform(1.0, 4.0))
                elif self._kill(victim):
                    killed.append((time.time(), victim))
            _wait(lambda: senders.are_done, "all messages to be acknowledged")
            taken = time.monotonic() - began
            _wait(lambda: self._waiting() == 0, "the queue to be empty", pause=3.0)
        finally:
            senders.stop()
        told = {
            "sent": {name: sent.told() for name, sent in messages.items()},
            "events": [event for hop in self.hops for event in list(hop.events)],
            "kills": killed,
        }
        path = self.stack.home / "round.json"
        path.write_text(json.dumps(told))
        found = json.loads(self._ask(f"check({str(path)!r})"))
        lies = senders.errors + found["lies"]
        assert lies == [], f"round {self.rounds}: {len(lies)} lies, of which {lies[:5]}"
        faults: Counter[str] = Counter()
        for hop in self.hops:
            faults.update(hop.thrown)
        seconds = time.monotonic() - began
        return Round(taken, seconds, [victim for _, victim in killed], found["counts"], dict(faults))

    def _victims(self, kills: int) -> list[str]:
        """Return who dies: each kind of process in turn, in an order by chance; between them a hop refuses."""
        names = list(VICTIMS)
        found = [names[number % len(names)] for number in range(kills)] + ["next hop"] * max(1, kills // 4)
        self._chance.shuffle(found)
        return found

    def _kill(self, victim: str) -> bool:
        """Kill it with all its children. One that the supervisor has not started again yet can't be killed."""
        with suppress(AssertionError, psutil.NoSuchProcess):
            kill_family(self.stack.child(*VICTIMS[victim]))
            return True
        return False

    def _waiting(self) -> int:
        return int(self._ask("waiting()"))

    def _ask(self, call: str) -> str:
        script = f"from tests.faults.mail import truth; truth.{call}"
        done = self.stack.manage("shell", "--verbosity", "0", "-c", script, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout.strip().splitlines()[-1]


def _wait(condition, what: str, *, pause: float = 0.2) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"{what} did not come within {PATIENCE:.0f} s"
        time.sleep(pause)
