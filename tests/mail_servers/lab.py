"""A Gatehouse between real mail servers: Postfix hands mail in over STARTTLS, Dovecot has the mailboxes.

    a client ──SMTP──▶ Postfix ──STARTTLS──▶ Gatehouse ──LMTP, TLS──▶ Dovecot      acme.example
                                                 └──SMTP, TLS──▶ Postfix ──LMTP──▶ Dovecot   sales.example, the world

The second Postfix is the next hop of one domain and the smart host: what leaves the organisation ends in mailboxes of
the same Dovecot, so a test sees it too.
"""

from __future__ import annotations

import shutil
import smtplib
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.mail_servers import dovecot as dovecots
from tests.mail_servers import postfix as postfixes
from tests.mail_servers.certificates import Certificate, certificate_for
from tests.mail_servers.dovecot import MASTER, PASSWORD, Dovecot, dovecot
from tests.mail_servers.postfix import IS_ROOT, Postfix, postfix
from tests.stack.running import Stack

BY_LMTP, BY_SMTP = "acme.example", "sales.example"
"""The domains whose mail Gatehouse delivers to Dovecot, and to the Postfix in front of it."""

IS_THERE = bool(dovecots.PROGRAM and postfixes.PROGRAM and IS_ROOT)
MISSING = "" if IS_THERE else "Postfix and Dovecot are not installed, or no root"
"""Why the lab can't be run here, or an empty text."""

START_SECONDS = 180
"""Three mail servers start beside it, on a machine that may do much else."""

UNTOUCHED = {
    "local_header_rewrite_clients": "",
    "message_drop_headers": "",
    "disable_mime_input_processing": "yes",
    "disable_mime_output_conversion": "yes",
    "smtp_line_length_limit": "0",
    "lmtp_line_length_limit": "0",
}
"""Settings of Postfix without which it completes addresses, drops fields, encodes anew, and breaks long lines."""

ROUTES = """
[domains."{by_lmtp}"]
deliver = "lmtp"
to = "127.0.0.1:{lmtp}"
tls = "required"
ca_file = "{mailboxes}"
outbound = true

[domains."{by_lmtp}".imap]
{imap}

[domains."{by_smtp}"]
deliver = "smtp"
to = "127.0.0.1:{smtp}"
tls = "required"
ca_file = "{authority}"

[domains."{by_smtp}".imap]
{imap}

[smart_host]
to = "127.0.0.1:{smtp}"
tls = "required"
ca_file = "{authority}"
"""
IMAP = """host = "127.0.0.1:{port}"
ca_file = "{authority}"
login = "{{address}}*{master}"
password = "{password}"
folders = {{ RecoverableItemsPurges = "Purged" }}"""


@dataclass(frozen=True)
class MailLab:
    """What runs: mail goes in at `front`, and lies in `mailboxes` in the end."""

    stack: Stack
    front: Postfix
    next_hop: Postfix
    mailboxes: Dovecot

    def send(self, raw: bytes, *recipients: str, sender: str = "ann@partner.example") -> None:
        """Hand a message to the Postfix in front, byte for byte but for what SMTP itself asks for."""
        with smtplib.SMTP("127.0.0.1", self.front.port, timeout=60) as client:
            client.ehlo("mail.partner.example")
            assert client.sendmail(sender, recipients, raw, ["BODY=8BITMIME"]) == {}

    def logs(self) -> str:
        """Return the last words of all servers, for a test that failed."""
        texts = {"front": self.front.log, "next hop": self.next_hop.log, "Dovecot": self.mailboxes.log}
        return "\n".join(f"== {name}\n{text[-3000:]}" for name, text in texts.items())


@contextmanager
def mail_lab(*, environment: Mapping[str, str] | None = None, use_servers: bool = False) -> Iterator[MailLab]:
    """Run it all until the block ends, in a folder of its own that goes with it.

    With `use_servers`, Gatehouse uses the PostgreSQL and the Redis that the environment names.
    """
    assert not MISSING, MISSING
    with ExitStack() as ends:
        folder = Path(tempfile.mkdtemp(prefix="lab-", dir="/tmp"))
        ends.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)  # Postfix's own account reads the certificates.
        mine, theirs = certificate_for(folder / "gatehouse"), certificate_for(folder / "next-hop")
        mailboxes = ends.enter_context(dovecot())
        next_hop = ends.enter_context(postfix(relay_port=0, settings=_next_hop(mailboxes, theirs)))
        stack = Stack(folder / "home", {**_environment(mine), **(environment or {})})
        ends.callback(stack.close)
        if use_servers:
            stack.use_servers()
        stack.home.mkdir()
        (stack.home / "routes.toml").write_text(_routes(mailboxes, next_hop, theirs))
        front = ends.enter_context(postfix(relay_port=stack.smtp_port, settings=_front(mine)))
        stack.start(wait=False).wait_until_ready(START_SECONDS)
        yield MailLab(stack, front, next_hop, mailboxes)


def _environment(own: Certificate) -> dict[str, str]:
    return {
        "GATEHOUSE_SAMPLE_MAIL": "0",
        "GATEWAY_RELAY_NETWORKS": "127.0.0.0/8",
        "GATEWAY_XCLIENT_NETWORKS": "127.0.0.0/8",
        "GATEWAY_SMTP_CERTIFICATE": str(own.certificate),
        "GATEWAY_SMTP_KEY": str(own.key),
        "GATEWAY_QUEUE_PAUSE": "2",
    }


def _front(gatehouse: Certificate) -> dict[str, str]:
    """A verified name is asked for, so a session in plain text, or with somebody else, would deliver nothing."""
    return {
        **UNTOUCHED,
        "smtp_tls_security_level": "verify",
        "smtp_tls_verify_cert_match": "localhost",
        "smtp_tls_CAfile": str(gatehouse.certificate),
        "smtp_tls_loglevel": "1",
        "smtp_send_xforward_command": "yes",
    }


def _next_hop(mailboxes: Dovecot, own: Certificate) -> dict[str, str]:
    return {
        **UNTOUCHED,
        "myhostname": "mail.sales.example",
        "relayhost": "",
        "default_transport": f"lmtp:inet:[127.0.0.1]:{mailboxes.lmtp}",
        "smtpd_tls_cert_file": str(own.certificate),
        "smtpd_tls_key_file": str(own.key),
        "smtpd_tls_security_level": "may",
        "smtpd_tls_loglevel": "1",
    }


def _routes(mailboxes: Dovecot, next_hop: Postfix, authority: Certificate) -> str:
    imap = IMAP.format(
        port=mailboxes.imaps, authority=mailboxes.certificate.certificate, master=MASTER, password=PASSWORD
    )
    return ROUTES.format(
        by_lmtp=BY_LMTP,
        by_smtp=BY_SMTP,
        imap=imap,
        lmtp=mailboxes.lmtp,
        smtp=next_hop.port,
        authority=authority.certificate,
        mailboxes=mailboxes.certificate.certificate,
    )
