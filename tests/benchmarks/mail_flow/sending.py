"""Sends mail by SMTP at a steady rate, whatever the server does: a late answer delays no later message."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from tests.benchmarks.mail_flow.mails import Mail

MOST_AT_ONCE = 150
PATIENCE = 120.0
_DOTS = re.compile(rb"^\.", re.MULTILINE)


@dataclass(slots=True)
class Sent:
    """One message on its way. `due`, `ended` and `answered` are seconds since the epoch; `ended` is the end of DATA."""

    number: int
    copies: int
    due: float
    ended: float = 0.0
    answered: float = 0.0
    reply: str = ""
    error: str = ""


@dataclass(slots=True)
class Run:
    """All messages of one run, in their order."""

    rate: float
    sent: list[Sent] = field(default_factory=list)


def send_all(port: int, mails: Sequence[Mail], *, rate: float, count: int, first: int) -> Run:
    """Send `count` messages, numbered from `first`, `rate` a second, each on a connection of its own."""
    return asyncio.run(_send_all(port, mails, rate, count, first))


async def _send_all(port: int, mails: Sequence[Mail], rate: float, count: int, first: int) -> Run:
    run, places = Run(rate), asyncio.Semaphore(MOST_AT_ONCE)
    begun, tasks = time.time() + 0.5, set()
    for place in range(count):
        mail, due = mails[(first + place) % len(mails)], begun + place / rate
        await asyncio.sleep(max(0.0, due - time.time()))
        one = Sent(first + place, len(mail.recipients), due)
        run.sent.append(one)
        task = asyncio.create_task(_send(port, mail, one, places))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)
    return run


async def _send(port: int, mail: Mail, one: Sent, places: asyncio.Semaphore) -> None:
    async with places:
        try:
            async with asyncio.timeout(PATIENCE):
                await _transaction(port, mail, one)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, Refused) as error:
            one.error = f"{type(error).__name__}: {error}"[:200]


class Refused(Exception):
    """The server's answer was not the wanted one."""


async def _transaction(port: int, mail: Mail, one: Sent) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        await _answer(reader, "220")
        writer.write(b"EHLO sender.example\r\n")
        await _answer(reader, "250")
        recipients = b"".join(b"RCPT TO:<%s>\r\n" % address.encode() for address in mail.recipients)
        writer.write(b"MAIL FROM:<%s>\r\n%sDATA\r\n" % (mail.sender.encode(), recipients))
        for _ in range(1 + len(mail.recipients)):
            await _answer(reader, "250")
        await _answer(reader, "354")
        writer.write(b"X-Flow: %d\r\n%s" % (one.number, _DOTS.sub(b"..", mail.raw)))
        writer.write((b"" if mail.raw.endswith(b"\r\n") else b"\r\n") + b".\r\n")
        await writer.drain()
        one.ended = time.time()
        one.reply = await _answer(reader, "250")
        one.answered = time.time()
        writer.write(b"QUIT\r\n")
        await _answer(reader, "221")
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def _answer(reader: asyncio.StreamReader, wanted: str) -> str:
    while (line := (await reader.readuntil(b"\n")).decode("utf-8", "replace"))[3:4] == "-":
        continue
    if not line.startswith(wanted):
        raise Refused(line.strip())
    return line.strip()
