"""An Exim of our own: hands mail on over TLS, or takes it in as the next hop and keeps it in Maildirs."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import smtplib
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.stack.running import free_port

PROGRAM = os.environ.get("EXIM") or shutil.which("exim4", path="/usr/sbin:/usr/bin:/sbin:/bin")
ACCOUNT = "Debian-exim"
START_SECONDS = 20


def _has_account() -> bool:
    with suppress(KeyError):
        return bool(pwd.getpwnam(ACCOUNT))
    return False


IS_USABLE = bool(PROGRAM) and os.geteuid() == 0 and _has_account()
"""Exim is started by root, and Debian's needs the account that its package makes."""

MAIN = """
exim_path = {program}
keep_environment =
primary_hostname = relay.partner.example
spool_directory = {folder}/spool
log_file_path = {folder}/log/%slog
pid_file_path = {folder}/exim.pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
domainlist local_domains =
acl_smtp_rcpt = accept_all
acl_smtp_data = accept_all
tls_advertise_hosts =
host_lookup =
rfc1413_hosts =
smtp_accept_max = 100
message_size_limit = 60M
bounce_return_size_limit = 1K
no_message_logs

begin acl
accept_all:
  accept

begin routers
{routers}

begin transports
{transports}

begin retry
* * F,1h,2s
"""

GATEHOUSE_ROUTER = """
gatehouse:
  driver = manualroute
  domains = acme.example
  transport = gatehouse_smtp
  route_list = * 127.0.0.1::{relay} byname
  self = send
"""
GATEHOUSE_TRANSPORT = """
gatehouse_smtp:
  driver = smtp
  hosts_require_tls = *
  tls_tempfail_tryclear = false
  tls_verify_certificates = {ca_file}
  tls_verify_cert_hostnames =
"""
"""What docs/mail.md has, but for the host's name and the file of its authority."""

MAILBOX_ROUTER = """
mailboxes:
  driver = accept
  local_parts = bo : cy
  transport = maildir
"""
MAILBOX_TRANSPORT = """
maildir:
  driver = appendfile
  directory = {folder}/mail/$local_part_data
  maildir_format
  user = Debian-exim
  message_prefix =
  message_suffix =
  envelope_to_add = false
  return_path_add = false
  delivery_date_add = false
"""


@dataclass(frozen=True)
class Exim:
    """A running server that takes mail on `port`."""

    folder: Path
    port: int

    @property
    def log(self) -> str:
        return "".join(file.read_text(errors="replace") for file in sorted((self.folder / "log").glob("*log")))

    def client(self) -> smtplib.SMTP:
        """Return a connection to it."""
        return smtplib.SMTP("127.0.0.1", self.port, timeout=60)

    def hand_in(self, raw: bytes, *, sender: str, recipients: list[str], address: str, helo: str) -> None:
        """Hand a message in by SMTP on standard input, as a client would at an address that this machine lacks."""
        commands = [f"EHLO {helo}", f"MAIL FROM:<{sender}>", *(f"RCPT TO:<{one}>" for one in recipients), "DATA"]
        text = "".join(f"{line}\r\n" for line in commands).encode()
        dotted = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in raw.split(b"\r\n"))
        end = b"" if dotted.endswith(b"\r\n") else b"\r\n"
        said = subprocess.run(
            [str(PROGRAM), "-C", str(self.folder / "exim.conf"), "-oMa", address, "-oMs", helo, "-bs"],
            input=text + dotted + end + b".\r\nQUIT\r\n",
            capture_output=True,
            timeout=60,
        )
        assert b"250 OK id=" in said.stdout, said.stdout + said.stderr + self.log.encode()

    def mailbox(self, local_part: str) -> list[bytes]:
        """Return what lies in a Maildir."""
        return [file.read_bytes() for file in sorted((self.folder / "mail" / local_part / "new").glob("*"))]


@contextmanager
def exim(*, relay_port: int | None = None, ca_file: Path | None = None) -> Iterator[Exim]:
    """Run an Exim until the block ends: with `relay_port` it hands acme.example's mail on, else it keeps all mail."""
    assert IS_USABLE, "these tests need exim4-daemon-light, and root"
    folder = Path(tempfile.mkdtemp(prefix="ex-", dir="/tmp"))
    folder.chmod(0o755)
    port = free_port()
    try:
        for name in ("spool", "log", "mail"):
            (folder / name).mkdir()
            shutil.chown(folder / name, ACCOUNT, ACCOUNT)
        routers, transports = (
            (MAILBOX_ROUTER, MAILBOX_TRANSPORT)
            if relay_port is None
            else (GATEHOUSE_ROUTER.format(relay=relay_port), GATEHOUSE_TRANSPORT)
        )
        if ca_file is not None:
            shutil.copy(ca_file, folder / "ca.pem")
            (folder / "ca.pem").chmod(0o644)
        filled = transports.format(folder=folder, ca_file=folder / "ca.pem")
        (folder / "exim.conf").write_text(
            MAIN.format(program=PROGRAM, folder=folder, port=port, routers=routers, transports=filled)
        )
        (folder / "exim.conf").chmod(0o644)
        running = Exim(folder, port)
        with (folder / "errors").open("wb") as errors:
            process = subprocess.Popen(
                [str(PROGRAM), "-C", str(folder / "exim.conf"), "-bdf", "-q2s"],
                stdin=subprocess.DEVNULL,
                stdout=errors,
                stderr=errors,
                start_new_session=True,
            )
        try:
            _wait(running, process)
            yield running
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(10)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(server: Exim, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError, smtplib.SMTPException):
            server.client().quit()
            return
        time.sleep(0.1)
    raise AssertionError(f"Exim did not start: {(server.folder / 'errors').read_text()} {server.log}")
