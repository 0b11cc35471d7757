"""Senders of mail: each message is sent until the intake acknowledges it."""

import smtplib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from tests.hosts.installation import DOMAIN

# The anti-spam test line (https://spamassassin.apache.org/gtube/), in two halves so that this file is no spam.
_GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*" + "GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"


def recipient_of(message_id: str) -> str:
    """Return whom a message is for."""
    return f"r{sum(message_id.encode()) % 7}@{DOMAIN}"


def send(address: str, port: int, names: list[str], *, is_held: bool) -> None:
    """Send a message for each name; the gateway holds those that say the anti-spam test line."""
    waiting = list(names)
    deadline = time.monotonic() + 300
    while waiting:
        try:
            with smtplib.SMTP(address, port, timeout=60) as smtp:
                while waiting:
                    name = waiting[0]
                    smtp.send_message(_mail(name, _GTUBE if is_held else "See you at noon."))
                    waiting.pop(0)
        except (OSError, smtplib.SMTPException):
            assert time.monotonic() < deadline, f"{len(waiting)} messages were not taken"
            time.sleep(0.2)


def _mail(name: str, body: str) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Message-ID"] = "ann@partner.example", recipient_of(name), name
    made["Subject"] = f"Lunch, {name.strip('<>')}"
    made.set_content(f"{body}\n")
    return made


@contextmanager
def sending(address: str, port: int) -> Iterator[set[str]]:
    """Send mail without a pause until the end of the block; yields the Message-IDs that were acknowledged so far."""
    acknowledged: set[str] = set()
    stopping = threading.Event()

    def go_on() -> None:
        number = 0
        while not stopping.is_set():
            number += 1
            name = f"<meanwhile-{number}@partner.example>"
            send(address, port, [name], is_held=False)
            acknowledged.add(name)

    thread = threading.Thread(target=go_on, daemon=True)
    thread.start()
    try:
        yield acknowledged
    finally:
        stopping.set()
        thread.join(60)
