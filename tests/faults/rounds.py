"""Rounds of jobs against an API that fails, while processes are killed; after each, the truth is compared."""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

import httpx
import psutil
from selectolax.lexbor import LexborHTMLParser

from tests.stack.over_http import Console, api_of
from tests.stack.running import Stack, kill_family, wait_for

LEASE = "4"
CHUNK = "25"
VICTIMS = {"worker": ("celery", "long@"), "redis": ("redis-server",), "web": ("gunicorn",)}
FOLDERS = ["JunkEmail", "DeletedItems", "RecoverableItemsDeletions", "Inbox"]
VERDICTS = ["SPAM", "BULK", "SPOOF", "SUSPICIOUS", "NONE"]
SHARE_RELEASED, SHARE_RECLASSIFIED = 0.06, 0.04
PATIENCE = 900.0

T = TypeVar("T")


def faulty_stack(home, seed: int) -> Stack:
    """Return a stack whose workers' calls fail, with a short lease. Its Redis is its own, so that it can be killed."""
    return Stack(
        home,
        {
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "FAULTS_SEED": str(seed),
            "GATEHOUSE_SAMPLE_MAIL": "0",
            "GATEHOUSE_JOB_LEASE": LEASE,
            "GATEHOUSE_JOB_CHUNK": CHUNK,
            "WEB_WORKERS": "1",
        },
    )


@dataclass
class Rounds:
    """Runs rounds on one stack. Every round takes held messages that no round before has released."""

    stack: Stack
    console: Console
    chance: Random
    made: int = 0
    rounds: int = 0
    used: set[str] = field(default_factory=set)

    def make_mail(self, count: int) -> None:
        """Make so many more messages, in mailboxes."""
        self.made += 1
        self.stack.manage("make_mail", "--count", str(count), "--seed", str(self.made))

    def run(self, size: int, victims: list[str]) -> float:
        """Run one round on so many messages; gives the seconds it took. Raises AssertionError for what is not true."""
        began = time.monotonic()
        self.rounds += 1
        groups = self._choose(size)
        faults = self.stack.home / "faults"
        faults.touch()
        jobs = [self._start(ids, **action) for ids, action in groups]
        for victim in victims:
            time.sleep(self.chance.uniform(0.0, 1.2))  # Not to wait for anything: the moment is to be a random one.
            self._kill(victim)
        for job in jobs:
            wait_for(lambda job=job: self._has_ended(job), PATIENCE, f"the end of {job}")
        faults.unlink()
        found = self._lies(jobs)
        assert found == [], f"round {self.rounds}: {len(found)} lies, of which {found[:5]}"
        return time.monotonic() - began

    def _choose(self, size: int) -> list[tuple[list[str], dict[str, str]]]:
        """Give what is done to which messages in this round: most are moved, some released, a few reclassified."""
        released, reclassified = int(size * SHARE_RELEASED), max(1, int(size * SHARE_RECLASSIFIED))
        with api_of(self.stack) as api:
            held = (row["id"] for row in api.search(delivery_status="quarantined") if row["id"] not in self.used)
            to_release = [one for one, _ in zip(held, range(released), strict=False)]
            delivered = (row for row in api.search(delivery_status="delivered") if not row["is_quarantined"])
            rest = [row["id"] for row, _ in zip(delivered, range(size - released), strict=False)]
        assert (len(to_release), len(rest)) == (released, size - released), "there is too little mail"
        self.used |= set(to_release)
        self.chance.shuffle(rest)
        folder = FOLDERS[self.rounds % len(FOLDERS)]
        return [
            (to_release, {"action": "release"}),
            (rest[reclassified:], {"action": "move", "destination": folder}),
            (rest[:reclassified], {"action": "reclassify", "disposition": VERDICTS[self.rounds % len(VERDICTS)]}),
        ]

    def _start(self, ids: list[str], **action: str) -> str:
        """Select the messages, wait until the worker has looked them up, and start the job; gives the job's id."""
        page = self.console.post("/jobs/confirm/", ids="\n".join(ids), **action)
        address = str(page.url)
        selection = page.url.path.rstrip("/").rpartition("/")[2]

        def selected() -> bool:
            found = LexborHTMLParser(self.console.get(address).text)
            assert not found.css_first(".notice"), found.css_first(".notice").text()
            return found.css_first("input[name=selection]") is not None

        wait_for(lambda: _again(selected), 120, "the selection")
        job = self.console.post("/jobs/create/", selection=selection, reason="faults", **action)
        return job.url.path.rstrip("/").rpartition("/")[2]

    def _kill(self, victim: str) -> None:
        """Kill a child of the supervisor with all its children, and see that there is another."""
        words = VICTIMS[victim]
        process = self._child(words)
        kill_family(process)
        wait_for(lambda: self.stack.pid_of(*words) not in (None, process.pid), 30, f"another {victim}")

    def _child(self, words: tuple[str, ...]) -> psutil.Process:
        """Return the child; one that fell over by itself, since Redis was killed, is about to be there again."""
        found: list[psutil.Process] = []

        def is_there() -> bool:
            with suppress(AssertionError):
                found.append(self.stack.child(*words))
            return bool(found)

        wait_for(is_there, 30, f"a child with {words}")
        return found[0]

    def _has_ended(self, job: str) -> bool:
        return bool(_again(lambda: self.console.progress(f"/jobs/{job}/")[1]))

    def _lies(self, jobs: list[str]) -> list[str]:
        script = f"from tests.faults.truth import main; main({','.join(jobs)!r})"
        said = self.stack.manage("shell", "--verbosity", "0", "-c", script).stdout
        return json.loads(said.strip().splitlines()[-1])


def _again(ask: Callable[[], T]) -> T | None:
    """Ask once; a web server that isn't there, or that has only just come back, answers nothing."""
    try:
        return ask()
    except httpx.HTTPError:
        return None
