"""A Dovecot of our own: LMTP takes mail in, IMAP shows it; a master user signs in for everybody."""

from __future__ import annotations

import imaplib
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.mail_servers.certificates import Certificate, certificate_for
from tests.stack.running import free_port

PROGRAM = shutil.which("dovecot", path="/usr/sbin:/usr/bin:/sbin:/bin")
MASTER, PASSWORD, OWN_PASSWORD = "gatehouse", "a word for the master", "everybodys-word"
START_SECONDS = 20

CONFIGURATION = """
protocols = imap lmtp
base_dir = {folder}/run
state_dir = {folder}/state
listen = 127.0.0.1
log_path = {folder}/log
default_login_user = {login_user}
default_internal_user = {internal_user}
default_internal_group = {internal_group}
first_valid_uid = 0
first_valid_gid = 0
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = no
auth_master_user_separator = *
auth_username_format = %Lu
mail_location = maildir:{folder}/mail/%u
mail_uid = {uid}
mail_gid = {gid}
lda_mailbox_autocreate = yes
recipient_delimiter =
lmtp_save_to_detail_mailbox = no
submission_relay_host = 127.0.0.1
passdb {{
  driver = passwd-file
  master = yes
  args = scheme=PLAIN {folder}/masters
}}
passdb {{
  driver = static
  args = password=everybodys-word
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Junk {{
    auto = create
    special_use = \\Junk
  }}
  mailbox Trash {{
    auto = create
    special_use = \\Trash
  }}
  mailbox Sent {{
    auto = create
    special_use = \\Sent
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@dataclass(frozen=True)
class Dovecot:
    """A running server. `imap` speaks STARTTLS, `imaps` TLS; `mail` holds a Maildir for each address."""

    folder: Path
    imap: int
    imaps: int
    lmtp: int
    certificate: Certificate
    process: subprocess.Popen[bytes]

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace") if (self.folder / "log").exists() else ""

    @contextmanager
    def client(self, address: str) -> Iterator[imaplib.IMAP4_SSL]:
        """Sign in as the owner of a mailbox, as a mail program does."""
        context = ssl.create_default_context(cafile=str(self.certificate.certificate))
        client = imaplib.IMAP4_SSL("127.0.0.1", self.imaps, ssl_context=context)
        client.login(address, OWN_PASSWORD)
        try:
            yield client
        finally:
            with suppress(imaplib.IMAP4.error, OSError):
                client.logout()

    def messages(self, address: str, folder: str = "INBOX") -> list[bytes]:
        """Return the messages of a folder, byte for byte, without marking them as read."""
        with self.client(address) as client:
            if client.select(f'"{folder}"', readonly=True)[0] != "OK":
                return []
            numbers = client.search(None, "ALL")[1][0].split()
            return [client.fetch(number, "(BODY.PEEK[])")[1][0][1] for number in numbers]


@contextmanager
def dovecot(*, more: str = "") -> Iterator[Dovecot]:
    """Run a Dovecot until the block ends, with `more` lines of configuration.

    It lies in a folder with a short name: its sockets' names are limited.
    """
    assert PROGRAM, "these tests need dovecot-imapd and dovecot-lmtpd"
    folder = Path(tempfile.mkdtemp(prefix="dc-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        ports = {name: free_port() for name in ("imap", "imaps", "lmtp")}
        certificate = certificate_for(folder / "tls")
        (folder / "masters").write_text(f"{MASTER}:{{PLAIN}}{PASSWORD}\n")
        (folder / "masters").chmod(0o644)  # The server's own account reads it, whatever the test's umask is.
        (folder / "mail").mkdir()
        accounts = _accounts()
        (folder / "mail").chmod(0o777)
        text = CONFIGURATION.format(
            folder=folder, certificate=certificate.certificate, key=certificate.key, **ports, **accounts
        )
        (folder / "dovecot.conf").write_text(text + more)
        with (folder / "errors").open("wb") as errors:
            process = subprocess.Popen(
                [PROGRAM, "-F", "-c", str(folder / "dovecot.conf")],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
            )
        running = Dovecot(folder, **ports, certificate=certificate, process=process)
        try:
            _wait(running)
            yield running
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
            if process.poll() is None:
                process.kill()
                process.wait(5)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _accounts() -> dict[str, str | int]:
    """Return the system's accounts that the server uses: Debian's as root, else the one who runs the test."""
    import grp
    import os
    import pwd

    if os.geteuid() == 0:
        user = pwd.getpwnam("dovecot")
        return {
            "login_user": "dovenull",
            "internal_user": "dovecot",
            "internal_group": grp.getgrgid(user.pw_gid).gr_name,
            "uid": user.pw_uid,
            "gid": user.pw_gid,
        }
    me = pwd.getpwuid(os.geteuid())
    group = grp.getgrgid(me.pw_gid).gr_name
    return {
        "login_user": me.pw_name,
        "internal_user": me.pw_name,
        "internal_group": group,
        "uid": me.pw_uid,
        "gid": me.pw_gid,
    }


def _wait(server: Dovecot) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if server.process.poll() is not None:
            break
        try:
            for port in (server.imaps, server.lmtp):
                socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"Dovecot did not start: {(server.folder / 'errors').read_text()} {server.log}")
