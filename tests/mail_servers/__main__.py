"""Runs a Gatehouse between a real Postfix and a real Dovecot until Ctrl-C; `make mail-lab`.

    python -m tests.mail_servers [--mail DIRECTORY] [--at-most N]

With --mail, every message of a folder (.eml, .mbox) goes from Postfix by Gatehouse to Dovecot, by LMTP and by SMTP, and
what an IMAP client gets is compared with what was sent, byte for byte. Then it ends, with status 1 if one differs or
is lost. Set aside are only the fields Return-Path, Delivered-To and Received that the servers put on top.
"""

import argparse
import signal
import sys
from pathlib import Path
from threading import Event

from tests.mail_servers.dovecot import MASTER, OWN_PASSWORD, PASSWORD
from tests.mail_servers.lab import BY_LMTP, BY_SMTP, MISSING, MailLab, mail_lab
from tests.mail_servers.round_trip import round_trip
from tests.stack.browser import password

HOW = """
Console       {url}   {people}
Send          swaks --server 127.0.0.1:{smtp} --from ann@partner.example --to bo@{by_lmtp}
              to anybody at {by_lmtp} (by LMTP) or {by_smtp} (by SMTP and a second Postfix)
Look          curl -s --cacert {ca} -u 'bo@{by_lmtp}:{own}' 'imaps://127.0.0.1:{imaps}/INBOX;MAILINDEX=*'
              any address is a mailbox; its password is {own}. Master: ADDRESS*{master}, {master_password!r}
Configuration {routes}
Logs          {home}/logs, {front}/log, {next_hop}/log, {dovecot}/log
Ctrl-C ends it, and all that is in it."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.mail_servers", description=__doc__)
    parser.add_argument("--mail", type=Path, help="a folder of messages to send the whole way and to compare")
    parser.add_argument("--at-most", type=int, default=0, help="how many messages of it (all)")
    options = parser.parse_args()
    if MISSING:
        sys.exit(f"{MISSING}: scripts/ensure-mail-servers installs them where apt and root are there")
    if options.mail is not None and not options.mail.is_dir():
        sys.exit(f"there is no folder {options.mail}")
    for number in (signal.SIGINT, signal.SIGTERM):
        # To be stopped is how the lab ends; a comparison that is stopped has not compared.
        signal.signal(number, lambda *_: sys.exit("stopped" if options.mail else 0))
    _say("starting Postfix, Dovecot and Gatehouse")
    with mail_lab() as lab:
        if options.mail is None:
            _say(_how(lab))
            Event().wait()
        report = round_trip(lab, options.mail, at_most=options.at_most, say=_say)
    _say(str(report))
    sys.exit(0 if report.is_good else 1)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _how(lab: MailLab) -> str:
    stack = lab.stack
    return HOW.format(
        url=stack.url,
        people=", ".join(f"{role}: {password(stack, role)!r}" for role in ("admin", "analyst", "reviewer")),
        smtp=lab.front.port,
        by_lmtp=BY_LMTP,
        by_smtp=BY_SMTP,
        ca=lab.mailboxes.certificate.certificate,
        imaps=lab.mailboxes.imaps,
        own=OWN_PASSWORD,
        master=MASTER,
        master_password=PASSWORD,
        routes=stack.home / "routes.toml",
        home=stack.home,
        front=lab.front.folder,
        next_hop=lab.next_hop.folder,
        dovecot=lab.mailboxes.folder,
    )


if __name__ == "__main__":
    main()
