"""The steps of a self-check: in by SMTP, then everything by the API, as a person would find it."""

from __future__ import annotations

import secrets
import smtplib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime

from django.conf import settings
from django.utils import timezone

from api_client import Client
from api_client.models import Message

SECONDS = 60.0
"""How long the mail may take to be found, and how long to lie in its mailbox."""
PAUSE = 0.5
SUBJECT = "Gatehouse self-check"


class StepFailed(Exception):
    """A step did not succeed. The text says why."""


@dataclass(slots=True)
class Way:
    """The mail of one run on its way, and what is known of it so far."""

    client: Client
    address: str
    token: str = field(default_factory=lambda: secrets.token_hex(12))
    message: Message | None = None
    seconds: float = SECONDS

    @property
    def message_id(self) -> str:
        """The Message-ID, by which the mail is recognised."""
        return f"<selfcheck-{self.token}@gatehouse.invalid>"

    @property
    def id(self) -> str:
        """The message's id in the API."""
        if self.message is None:
            raise StepFailed("the mail was not found before")
        return self.message.id


def send(way: Way) -> None:
    """Hand the mail to the intake."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = way.address, way.address, SUBJECT
    mail["Message-ID"], mail["Date"] = way.message_id, format_datetime(timezone.now())
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(f"This mail checks that mail gets through. It can be deleted. {way.token}\n")
    host = "127.0.0.1" if settings.SMTP_BIND in ("0.0.0.0", "") else settings.SMTP_BIND  # noqa: S104 - compared
    try:
        with smtplib.SMTP(host, settings.SMTP_PORT, timeout=20) as smtp:
            smtp.send_message(mail, from_addr=way.address, to_addrs=[way.address])
    except (OSError, smtplib.SMTPException) as error:
        raise StepFailed(f"the intake did not take it: {type(error).__name__}") from error


def find(way: Way) -> None:
    """Find the judged mail by a search."""

    def found() -> bool:
        page = way.client.investigate.list(message_id=way.message_id, detections_only=False)
        way.message = next((one for one in page.items if one.message_id == way.message_id), None)
        return way.message is not None

    _wait(found, way.seconds, "no search finds it")


def release(way: Way) -> None:
    """Release the mail if it is held: policies may hold what the check sends."""
    if way.message is not None and way.message.is_quarantined:
        way.client.investigate.release.bulk(ids=[way.id])


def arrive(way: Way) -> None:
    """See it lie in its mailbox."""
    told = ""

    def lies_there() -> bool:
        nonlocal told
        copies = [copy for message in way.client.marks.list([way.id]) for copy in message.copies]
        told = "; ".join(copy.reason or copy.state for copy in copies) or "it has no copy"
        return any(copy.state == "found" for copy in copies)

    try:
        _wait(lies_there, way.seconds, "")
    except StepFailed:
        raise StepFailed(f"the mailbox does not have it: {told}") from None


def clean_up(way: Way) -> None:
    """Move the mail out of the Inbox. Its row in the gateway goes with retention."""
    results = way.client.investigate.move.create(way.id, destination="DeletedItems")
    wrong = [result.status or "failed" for result in results if not result.success]
    if wrong or not results:
        raise StepFailed(f"it was not moved to the deleted items: {', '.join(wrong) or 'no answer'}")


STEPS: dict[str, Callable[[Way], None]] = {
    "send": send,
    "find": find,
    "release": release,
    "arrive": arrive,
    "clean_up": clean_up,
}


def _wait(is_so: Callable[[], bool], seconds: float, reason: str) -> None:
    ends = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > ends:
            raise StepFailed(f"{reason} after {seconds:.0f} seconds")
        time.sleep(PAUSE)
