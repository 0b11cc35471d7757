"""The channel of mail: one SMTP connection for a lane, one recipient for each entry."""

from __future__ import annotations

import smtplib
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from email.errors import MessageError
from hashlib import sha256
from typing import Any
from zlib import crc32

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from dashboard.mail_text import plain
from dashboard.outbox.channels import Channel, Refused, TryLater, register_channel

LANES = 4
"""Connections to the mail server at once, at most. What one person gets comes by the same one, so in its order."""


class MailSender:
    """Sends mail over one connection."""

    def __init__(self, connection: BaseEmailBackend) -> None:
        self._connection = connection

    def send(self, payload: dict[str, Any], *, destination: str, key: str) -> None:
        """Send a mail of `dashboard.outbox.mail.mail_of`. The server has taken it if this returns."""
        mail = EmailMultiAlternatives(
            subject=payload["subject"],
            body=payload["text"],
            to=[destination],
            headers={
                "Message-ID": message_id(key),
                # No program may answer this by itself (RFC 3834).
                "Auto-Submitted": "auto-generated",
                **payload.get("headers", {}),
            },
            reply_to=payload.get("reply_to") or None,
            connection=self._connection,
        )
        if payload.get("html"):
            mail.attach_alternative(payload["html"], "text/html")
        for name, content_type, content in payload.get("files", []):
            mail.attach(name, b64decode(content), content_type)
        try:
            self._connection.open()
            mail.send()
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()), (550, b""))
            _raise_for(code, said)
        except smtplib.SMTPServerDisconnected as error:
            self._connection.close()
            raise TryLater(f"The mail server closed the connection: {error}", is_receiver=True) from error
        except smtplib.SMTPResponseException as error:
            self._connection.close()
            _raise_for(error.smtp_code, error.smtp_error)
        except (OSError, smtplib.SMTPException) as error:
            self._connection.close()
            raise TryLater(f"The mail server could not be reached: {error}", is_receiver=True) from error
        except (ValueError, MessageError, UnicodeError) as error:
            raise Refused(f"It is no mail that could be sent: {error}") from error


def _raise_for(code: int, said: bytes | str) -> None:
    """Raise what a reply of the server means: 5xx is for good, all else is for later (RFC 5321 4.2.1)."""
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    # A reply is what a stranger wrote; PostgreSQL keeps no NUL.
    why = plain(f"The mail server answered {code} {words}"[:300])
    if 500 <= code < 600 and code not in _OURS:
        raise Refused(why)
    raise TryLater(why, is_receiver=code in _OURS or code == 421)


_OURS = (530, 534, 535, 538)
"""Replies about how we signed in: of no recipient's concern, and mended in the settings."""


def message_id(key: str) -> str:
    """Return the Message-ID of the mail with this idempotency key: the same for each try, so a receiver can tell."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    return f"<{sha256(key.encode()).hexdigest()[:40]}@{domain}>"


@contextmanager
def _open(_lane: str) -> Iterator[MailSender]:
    if not settings.GATEHOUSE_SENDS_MAIL:
        raise TryLater("No mail server is set (EMAIL_URL).", is_receiver=True)
    connection = get_connection()
    try:
        yield MailSender(connection)
    finally:
        try:
            connection.close()
        except (OSError, smtplib.SMTPException):
            # The server is gone already; nothing was lost by it.
            return


def _lane_of(destination: str) -> str:
    return f"mail:{crc32(destination.casefold().encode()) % LANES}"


MAIL = "mail"
register_channel(Channel(MAIL, "Mail", _open, _lane_of, lambda name: f"line {name}" if name.isdecimal() else name))
