"""A server that hands mail in, and tries again until each message is acknowledged, as servers do."""

import hashlib
import re
import smtplib
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

PATIENCE = 120.0
"""The intake may need this long to answer on a busy machine."""
_WORDS = (
    "the minutes of our meeting on tuesday are ready and Anna has added the list of open points",
    "the workshop moves to the second floor since the large room is being painted until friday",
    "please find below the summary of last week and the names of all who take part in the trip",
    "the new shelves came this morning and fit between the window and the door of the archive",
)


@dataclass
class Sent:
    """One message, and what came of each attempt: `acknowledged` with the gateway's id, `refused`, `cut` before its end
    was sent, `unanswered` after that: then the gateway may have it, and sending it again is the sender's doing."""

    number: int
    sender: str
    recipients: list[str]
    content: bytes
    attempts: list[list[str]] = field(default_factory=list)

    @property
    def is_acknowledged(self) -> bool:
        return bool(self.attempts) and self.attempts[-1][0] == "acknowledged"

    def told(self) -> dict:
        """Return what the comparison needs to know."""
        digest = hashlib.sha256(self.content).hexdigest()
        return {"sender": self.sender, "recipients": self.recipients, "digest": digest, "attempts": self.attempts}


def make_messages(tag: str, size: int, chance: Random) -> dict[str, Sent]:
    """Return so many messages of three recipients by their Message-ID; one in ten leaves the organisation."""
    made = {}
    for number in range(size):
        leaves = chance.random() < 0.1
        sender = f"staff{number}@lmtp.example" if leaves else f"s{number}.{tag}@partner.example"
        recipients: list[str] = []
        while len(recipients) < 3:
            domain = chance.choice(["lmtp.example", "smtp.example", "maildir.example"])
            if leaves:
                domain = chance.choice(["elsewhere.example", "elsewhere.example", domain])
            name = "gone" if chance.random() < 0.02 and domain != "maildir.example" else "person"
            address = f"{name}{chance.randrange(20)}@{domain}"
            if address not in recipients:
                recipients.append(address)
        text = "\r\n".join(f"{chance.choice(_WORDS)}." for _ in range(chance.randrange(3, 30)))
        message_id = f"{number}.{tag}@{sender.rpartition('@')[2]}"
        content = (
            f"From: Ann Writer <{sender}>\r\nTo: {', '.join(recipients)}\r\nSubject: number {number} of {tag}\r\n"
            f"Message-ID: <{message_id}>\r\nDate: Fri, 27 Nov 2026 10:00:00 +0000\r\n\r\n"
            f"Hello all,\r\n{text}\r\n..two dots and one\r\n.\r\n.one dot\r\nregards, Ann\r\n"
        )
        made[message_id] = Sent(number, sender, recipients, content.encode())
    return made


class Senders:
    """Threads that hand messages in by SMTP, one in five by LMTP."""

    def __init__(self, messages: list[Sent], *, smtp: int, lmtp: int, threads: int = 4) -> None:
        self._waiting = list(reversed(messages))
        self._smtp, self._lmtp = smtp, lmtp
        self._lock = threading.Lock()
        self._stopping = False
        self.errors: list[str] = []
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(threads)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    @property
    def are_done(self) -> bool:
        return not any(thread.is_alive() for thread in self._threads)

    def stop(self) -> None:
        self._stopping = True

    def _run(self) -> None:
        while not self._stopping:
            with self._lock:
                if not self._waiting:
                    return
                message = self._waiting.pop()
            while not message.is_acknowledged and not self._stopping:
                self._try(message)
                if not message.is_acknowledged:
                    time.sleep(0.3)  # What a server waits before it tries again, much shortened.

    def _try(self, message: Sent) -> None:
        is_lmtp = message.number % 5 == 0
        came = ["cut", ""]
        client: smtplib.SMTP | None = None
        try:
            port = self._lmtp if is_lmtp else self._smtp
            kind = smtplib.LMTP if is_lmtp else smtplib.SMTP
            client = kind("127.0.0.1", port, timeout=PATIENCE)
            client.ehlo_or_helo_if_needed()
            came = self._transaction(client, message, came, replies=3 if is_lmtp else 1)
        except (OSError, smtplib.SMTPException) as error:
            came = [came[0], str(error)]
        finally:
            message.attempts.append(came)
            if client is not None:
                with suppress(OSError, smtplib.SMTPException):
                    client.quit() if came[0] == "acknowledged" else client.close()

    def _transaction(self, client: smtplib.SMTP, message: Sent, came: list[str], *, replies: int) -> list[str]:
        steps = [f"MAIL FROM:<{message.sender}>", *(f"RCPT TO:<{one}>" for one in message.recipients), "DATA"]
        for command in steps:
            code, words = client.docmd(command)
            if code not in {250, 354}:
                return self._refusal(message, code, words)
        client.send(re.sub(rb"(?m)^\.", b"..", message.content))
        came[0] = "unanswered"
        client.send(b".\r\n")
        answers = [client.getreply() for _ in range(replies)]
        code, words = answers[0]
        if any(one != answers[0] for one in answers):
            self.errors.append(f"LMTP answered {answers}")
        if code != 250:
            return self._refusal(message, code, words)
        return ["acknowledged", words.decode().rpartition(" ")[2]]

    def _refusal(self, message: Sent, code: int, words: bytes) -> list[str]:
        # A lost connection is -1. Nothing that these senders do deserves a 5xx.
        if code >= 500:
            self.errors.append(f"{message.sender} got {code} {words.decode()}")
        return ["refused" if code > 0 else "cut", f"{code} {words.decode()}"]
