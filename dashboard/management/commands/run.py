"""`manage.py run`: run all services under one process manager."""

import contextlib
import fcntl
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import redis
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from dashboard import environment
from dashboard.backup.home_state import why_not_whole
from dashboard.edge import edge, require_safe_edge, warnings
from dashboard.private_state import NotPrivate, close_state
from dashboard.stack import children
from dashboard.stack.log_files import LogFiles
from dashboard.stack.redis_server import NoRedis
from dashboard.stack.run_state import state_file, write_state
from dashboard.stack.runfile import console_url, read_run_file
from dashboard.stack.supervisor import Supervisor, ignore_further_signals


class Command(BaseCommand):
    """Start Redis, run `manage.py prepare`, start the services, keep them running, and stop them on a signal."""

    help = "Runs the whole of Gatehouse until Ctrl-C or SIGTERM: Redis, web server, worker, beat, intake, renderer."
    requires_system_checks = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        require_safe_edge(CommandError)
        with _only_one():
            if why := why_not_whole(settings.GATEHOUSE_HOME):
                raise CommandError(why)
            _ports_are_free()
            try:
                self._close_state()
                own_redis = children.own_redis()
            except (NoRedis, NotPrivate) as error:
                raise CommandError(str(error)) from error
            supervisor = Supervisor(own_redis, children.services(), self._say, write_state)
            supervisor.listen()
            try:
                self._run(supervisor)
            finally:
                ignore_further_signals()
                supervisor.stop()
                state_file().unlink(missing_ok=True)
                self._say("all processes have ended")

    def _close_state(self) -> None:
        count = close_state(settings.GATEHOUSE_HOME, keep_open=(Path(os.path.expanduser("~")), settings.BASE_DIR))
        if count and (settings.GATEHOUSE_HOME / "run.json").exists():
            self._say(
                f"{count} folders and files in {settings.GATEHOUSE_HOME} could be read by other users of this machine"
                " until now. They are closed. If there are such users, end all sessions and set new passwords."
            )

    def _run(self, supervisor: Supervisor) -> None:
        self._say(f"state lies in {settings.GATEHOUSE_HOME}")
        if not supervisor.start_redis(_redis_answers):
            if not supervisor.stopping:
                raise CommandError(f"Redis doesn't answer at {settings.REDIS_URL}")
            return
        self._prepare(supervisor)
        if supervisor.stopping:
            return
        supervisor.start_services()
        announced = False
        logs = LogFiles(settings.GATEHOUSE_HOME / "logs", settings.GATEHOUSE_LOG_BYTES, settings.GATEHOUSE_LOG_DAYS)

        def announce() -> None:
            nonlocal announced
            if not announced and _healthy():
                announced = True
                self._announce()

        def when_idle() -> None:
            announce()
            logs.look_after(child.log for child in supervisor.all())

        supervisor.watch(when_idle)

    def _prepare(self, supervisor: Supervisor) -> None:
        """Run `manage.py prepare` in a separate process. On shutdown it exits after its current step."""
        with subprocess.Popen([sys.executable, str(settings.BASE_DIR / "manage.py"), "prepare"]) as process:  # noqa: S603 - our own
            while process.poll() is None and not supervisor.stopping:
                time.sleep(0.05)
            process.terminate()
            code = process.wait()
        if code != 0 and not supervisor.stopping:
            raise CommandError(f"`manage.py prepare` failed with exit code {code}")

    def _announce(self) -> None:
        run = read_run_file()
        self._say(f"ready at {console_url()}   (mail intake: SMTP on port {settings.SMTP_PORT})")
        for user in run["users"]:
            shown = user["password"] or "(chosen already; `manage.py changepassword` sets another)"
            if environment.text(f"GATEHOUSE_{user['username'].upper()}_PASSWORD"):
                shown = "(as the environment gives it, or chosen since)"
            self._say(f"  sign in as {user['username']:<9} {shown}")
        if settings.GATEHOUSE_QUEUES_HELD.exists():
            self._say("This copy was restored. What waits to leave is held: `manage.py restore --release-queues`.")
        for sentence in warnings(edge()):
            self._say(f"Not for others to reach: {sentence}")
        self._say("Ctrl-C ends everything")

    def _say(self, text: str) -> None:
        for line in text.splitlines():
            # Nobody may read on, or what reads is a file on a full disk.
            with contextlib.suppress(OSError, ValueError):
                self.stdout.write(f"gatehouse: {line}" if line.strip() else "")
                self.stdout.flush()


@contextmanager
def _only_one() -> Iterator[None]:
    """Hold the lock file of GATEHOUSE_HOME. Raise CommandError if another stack already runs in that folder."""
    with (settings.GATEHOUSE_HOME / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(
                f"Gatehouse runs in {settings.GATEHOUSE_HOME} already; give this copy a GATEHOUSE_HOME of its own"
            ) from None
        yield


def _ports_are_free() -> None:
    wanted = {"PORT": (children.bind(), children.port())}
    if settings.GATEWAY_EMBEDDED:
        wanted["SMTP_PORT"] = (settings.SMTP_BIND, settings.SMTP_PORT)
        if settings.LMTP_PORT:
            wanted["LMTP_PORT"] = (settings.SMTP_BIND, settings.LMTP_PORT)
    for variable, (address, number) in wanted.items():
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, number))
            except OSError as error:
                why = os.strerror(error.errno or 0)
                raise CommandError(f"can't listen on {address} port {number} ({why}); set {variable}") from error


def _redis_answers() -> bool:
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def _healthy() -> bool:
    try:
        with urllib.request.urlopen(f"{console_url()}/healthz", timeout=5) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False
