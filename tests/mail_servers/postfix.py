"""A Postfix of our own: takes mail in by SMTP, and hands it on to a relay, over STARTTLS if it is told so."""

from __future__ import annotations

import os
import shutil
import smtplib
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.stack.running import free_port

PROGRAM = shutil.which("postfix", path="/usr/sbin:/usr/bin:/sbin:/bin")
DAEMONS = "/usr/lib/postfix/sbin"
START_SECONDS = 20
IS_ROOT = os.geteuid() == 0
"""Postfix starts as root alone."""

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
daemon_directory = {daemons}
command_directory = /usr/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = relay.partner.example
mydestination =
local_recipient_maps =
local_transport = error:nothing is local
alias_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
relayhost = {relay}
maillog_file = {folder}/log/mail.log
maillog_file_prefixes = {folder}
smtputf8_enable = yes
message_size_limit = 60000000
minimal_backoff_time = 2s
maximal_backoff_time = 5s
queue_run_delay = 2s
smtp_destination_concurrency_limit = 20
header_size_limit = 1000000
{more}
"""
MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True)
class Postfix:
    """A running server that takes mail on `port`."""

    folder: Path
    port: int

    @property
    def log(self) -> str:
        file = self.folder / "log" / "mail.log"
        return file.read_text(errors="replace") if file.exists() else ""

    def queue(self) -> str:
        """Return what waits, as `postqueue -p` says it."""
        said = subprocess.run(
            ["/usr/sbin/postqueue", "-c", str(self.folder / "etc"), "-p"], capture_output=True, text=True, timeout=20
        )
        return said.stdout + said.stderr

    def client(self) -> smtplib.SMTP:
        """Return a connection to it."""
        return smtplib.SMTP("127.0.0.1", self.port, timeout=60)


@contextmanager
def postfix(*, relay_port: int, settings: Mapping[str, str] | None = None) -> Iterator[Postfix]:
    """Run a Postfix that hands all mail on to a port of this machine, until the block ends."""
    assert PROGRAM, "these tests need postfix"
    assert IS_ROOT, "Postfix starts as root alone"
    folder = Path(tempfile.mkdtemp(prefix="pf-", dir="/tmp"))
    folder.chmod(0o755)
    port = free_port()
    try:
        for name in ("etc", "queue", "data", "log"):
            (folder / name).mkdir(mode=0o755)
            (folder / name).chmod(0o755)
        shutil.chown(folder / "data", "postfix")
        more = "\n".join(f"{name} = {value}" for name, value in (settings or {}).items())
        texts = {
            "main.cf": MAIN.format(folder=folder, daemons=DAEMONS, relay=f"[127.0.0.1]:{relay_port}", more=more),
            "master.cf": MASTER.format(port=port),
        }
        for name, text in texts.items():
            (folder / "etc" / name).write_text(text)
            (folder / "etc" / name).chmod(0o644)
        umask = os.umask(0o022)
        try:
            _command(folder, "start")
        finally:
            os.umask(umask)
        running = Postfix(folder, port)
        try:
            _wait(running)
            yield running
        finally:
            _command(folder, "stop", check=False)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _command(folder: Path, word: str, *, check: bool = True) -> None:
    assert PROGRAM
    said = subprocess.run([PROGRAM, "-c", str(folder / "etc"), word], capture_output=True, text=True, timeout=60)
    assert not check or said.returncode == 0, said.stdout + said.stderr


def _wait(server: Postfix) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        with suppress(OSError, smtplib.SMTPException):
            server.client().quit()
            return
        time.sleep(0.1)
    raise AssertionError(f"Postfix did not start: {server.log}")
