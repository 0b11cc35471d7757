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
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psutil
import redis

from tests.migrated_databases import FILES, URLS, administering, copy_files, create_databases
from tests.redis_of_our_own import named_redis

ROOT = Path(__file__).resolve().parents[2]
# Two stacks may start at once on a busy machine.
START_SECONDS = 180
INHERITED = ("PATH", "PYTHONPATH", "LANG", "HOME", "CHROMIUM", "VIRTUAL_ENV", "TMPDIR", "GATEWAY_DEPRECATED")


def free_port() -> int:
    """Return a port that nobody uses, below those that the system gives to whoever asks for any or connects."""
    while True:
        port = 10_000 + secrets.randbelow(22_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def wait_for(condition, seconds=60.0, what="the condition"):
    """Return the first true value of `condition()`; fail after `seconds`.

    After a look it rests for as long as that took, up to two seconds: some looks start a process, for which what is
    waited for would have to wait.
    """
    deadline = time.monotonic() + seconds
    while (began := time.monotonic()) < deadline:
        if value := condition():
            return value
        time.sleep(min(max(0.05, time.monotonic() - began), 2.0))
    raise AssertionError(f"{what} did not come true within {seconds:.0f} s")


@dataclass
class Stack:
    """One running copy. Each process is found through its own parent, never by name alone.

    It starts on migrated databases, unless `migrated` is false: then on none, as after an installation. Another version
    has migrations of its own.
    """

    home: Path
    environment: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    smtp_port: int = field(default_factory=free_port)
    migrated: bool = True
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
        self.migrated = self.migrated and self.code == ROOT
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

    def use_servers(self, *, own_redis: bool = False) -> None:
        """Use the PostgreSQL and the Redis that the environment names, as CI's second run does.

        The Redis is its own if another running stack of this process has the named one, or if it is to be killed.
        Several stacks share PostgreSQL's hundred connections, of which each thread of a web server takes two.
        """
        kept_beside = {alias: os.environ[variable] for alias, variable in URLS.items() if variable in os.environ}
        names = {alias: f"gatehouse_stack_{secrets.token_hex(6)}" for alias in kept_beside}
        if kept_beside:
            self.environment.setdefault("WEB_THREADS", "4")
        for alias, url in kept_beside.items():
            self._databases.append(names[alias])
            self.environment[URLS[alias]] = urlunsplit(urlsplit(url)._replace(path=f"/{names[alias]}"))
        if self.migrated:
            create_databases(kept_beside, names)
        else:
            for alias, url in kept_beside.items():
                with administering(url) as server:
                    server.execute(f'CREATE DATABASE "{names[alias]}"')
        if not own_redis and (url := named_redis(of_a_stack=True)) and url not in _named_redis_of:
            _named_redis_of[url] = self
            with redis.Redis.from_url(url) as server:
                server.flushdb()  # Stacks that ended have left their tasks there.
            self.environment["REDIS_URL"] = url

    def start(self, *, wait: bool = True) -> "Stack":
        self.home.mkdir(parents=True, exist_ok=True)
        if self.migrated:
            self._copy_files()
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

    def _copy_files(self) -> None:
        """Put migrated SQLite files into an empty home: the console's, and the gateway's if it has one."""
        has_gateway = "CLOUDFLARE_BASE_URL" not in self.environment
        places = {alias: self.home / name for alias, name in FILES.items() if alias == "default" or has_gateway}
        copy_files(
            {alias: at for alias, at in places.items() if URLS[alias] not in self.environment and not at.exists()}
        )

    def wait_until_ready(self, seconds: float = START_SECONDS) -> None:
        def ready() -> bool:
            assert self.process is not None
            assert self.process.poll() is None, self.output
            return self.health() == 200

        wait_for(ready, seconds, f"a healthy stack\n{self.output}")

    def health(self) -> int:
        """Return the status of /healthz, 0 if nobody answers."""
        # Not by httpx, which reads all certificates anew for each client: a start is asked many times.
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status
        except (OSError, HTTPException):
            return 0
        finally:
            connection.close()

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
        for url in [url for url, stack in _named_redis_of.items() if stack is self]:
            del _named_redis_of[url]
        for name in self._databases:
            with administering(os.environ["DATABASE_URL"]) as server:
                server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


_named_redis_of: dict[str, Stack] = {}
"""Which stack of this process has which named Redis: two would take each other's tasks."""


def kill_family(process: psutil.Process) -> None:
    """End a process and all its descendants, in no order and without a word; some end as soon as their parents do."""
    family = [process]
    with suppress(psutil.NoSuchProcess):
        family += process.children(recursive=True)
    for each in family:
        with suppress(psutil.NoSuchProcess):
            each.kill()
    wait_for(lambda: gone(family), 60, "the end of the killed")


def gone(processes: list[psutil.Process]) -> bool:
    """Return whether all of them have ended; a zombie that waits for its parent's call has."""
    return not [process for process in processes if not has_ended(process)]


def has_ended(process: psutil.Process) -> bool:
    """Return whether it has ended, also if it does so just now."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
