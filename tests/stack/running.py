"""A whole Gatehouse for tests: started by the README's own command line, in a home and on ports of its own."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx
import psutil

from tests.redis_of_our_own import named_redis

ROOT = Path(__file__).resolve().parents[2]
# Two stacks may start at once on a busy machine.
START_SECONDS = 180
INHERITED = ("PATH", "PYTHONPATH", "LANG", "HOME", "CHROMIUM", "VIRTUAL_ENV", "TMPDIR", "GATEWAY_DEPRECATED")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition, seconds=30.0, what="the condition"):
    """Return the first true value of `condition()`; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.05)
    raise AssertionError(f"{what} did not come true within {seconds:.0f} s")


@dataclass
class Stack:
    """One running copy. Each process is found through its own parent, never by name alone."""

    home: Path
    environment: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    smtp_port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    code: Path = ROOT
    """The folder of the version that runs."""
    _databases: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def output(self) -> str:
        return (self.home / "output.txt").read_text(errors="replace")

    @property
    def run(self) -> dict:
        return json.loads((self.home / "run.json").read_text())

    def __post_init__(self) -> None:
        # A password that the environment gives is not a first one, which would have to be changed by each test.
        for role in ("ADMIN", "ANALYST", "REVIEWER"):
            self.environment.setdefault(f"GATEHOUSE_{role}_PASSWORD", f"the {role.lower()} has a long one")

    def variables(self) -> dict[str, str]:
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        return inherited | {
            "GATEHOUSE_HOME": str(self.home),
            "PORT": str(self.port),
            "SMTP_PORT": str(self.smtp_port),
            "DJANGO_SETTINGS_MODULE": "dashboard.settings",
            # Tests wait by asking, more often than a program should.
            "GATEWAY_RATE_LIMIT": "off",
            "GATEWAY_DNS": "off",
            **self.environment,
        }

    def use_servers(self) -> None:
        """Use the PostgreSQL and the Redis that the environment names, as CI's second run does."""
        for variable in ("DATABASE_URL", "GATEWAY_DATABASE_URL"):
            if url := os.environ.get(variable):
                name = f"gatehouse_stack_{secrets.token_hex(6)}"
                _administer(url, f'CREATE DATABASE "{name}"')
                self._databases.append(name)
                self.environment[variable] = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        if url := named_redis():
            self.environment["REDIS_URL"] = url

    def start(self, *, wait: bool = True) -> "Stack":
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "output.txt").open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(self.code / "manage.py"), "run"],
                cwd=self.code,
                env=self.variables(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        if wait:
            self.wait_until_ready()
        return self

    def wait_until_ready(self, seconds: float = START_SECONDS) -> None:
        def ready() -> bool:
            assert self.process is not None
            assert self.process.poll() is None, self.output
            return self.health() == 200

        wait_for(ready, seconds, f"a healthy stack\n{self.output}")

    def health(self) -> int:
        try:
            return httpx.get(f"{self.url}/healthz", timeout=10).status_code
        except httpx.HTTPError:
            return 0

    def processes(self) -> list[psutil.Process]:
        """Return the supervisor's descendants, with which it must not leave anybody behind."""
        assert self.process is not None
        return psutil.Process(self.process.pid).children(recursive=True)

    def child(self, *words: str) -> psutil.Process:
        """Return the supervisor's own child whose command line has all of `words`."""
        assert self.process is not None
        for process in psutil.Process(self.process.pid).children():
            try:
                line = process.cmdline()
            except psutil.NoSuchProcess:  # It ended between the two looks.
                continue
            if all(any(word in part for part in line) for word in words):
                return process
        raise AssertionError(f"no child has {words}")

    def pid_of(self, *words: str) -> int | None:
        """Return the pid of that child, None while it is dead or not there."""
        try:
            return self.child(*words).pid
        except (AssertionError, psutil.NoSuchProcess):
            return None

    def manage(self, *arguments: str, check: bool = True, timeout: float = 240) -> subprocess.CompletedProcess[str]:
        """Run a management command on this copy's state."""
        return subprocess.run(
            [sys.executable, str(self.code / "manage.py"), *arguments],
            cwd=self.code,
            env=self.variables(),
            capture_output=True,
            text=True,
            check=check,
            timeout=timeout,
        )

    def stop(self, number: int = signal.SIGTERM) -> float:
        """Send the signal and wait for the end; return the seconds it took."""
        if self.process is None or self.process.poll() is not None:
            return 0.0
        started = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(20)
        return time.monotonic() - started

    def close(self) -> None:
        """Stop, and drop what `use_servers` made."""
        self.stop()
        for name in self._databases:
            url = os.environ["DATABASE_URL"]
            _administer(url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _administer(url: str, statement: str) -> None:
    import psycopg

    server = urlunsplit(urlsplit(url)._replace(path="/postgres"))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)


def kill_family(process: psutil.Process) -> None:
    """End a process and all its descendants, in no order and without a word; some end as soon as their parents do."""
    family = [process]
    with suppress(psutil.NoSuchProcess):
        family += process.children(recursive=True)
    for each in family:
        with suppress(psutil.NoSuchProcess):
            each.kill()
    wait_for(lambda: gone(family), 10, "the end of the killed")


def gone(processes: list[psutil.Process]) -> bool:
    """Return whether all of them have ended; a zombie that waits for its parent's call has."""
    return not [process for process in processes if not has_ended(process)]


def has_ended(process: psutil.Process) -> bool:
    """Return whether it has ended, also if it does so just now."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
