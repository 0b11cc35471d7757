"""What is measured meanwhile: pages of an analyst, honest mail, and the memory of all processes."""

import smtplib
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

import httpx
import psutil

from tests.abuse.letters import hand_in, letter
from tests.stack.over_http import Console
from tests.stack.running import Stack

PAGES = ("/investigate/?q=parcel", "/investigate/", "/jobs/", "/submissions/", "/")


@dataclass
class Measured:
    """Seconds of pages by status, codes of SMTP replies, and the largest memory in bytes."""

    pages: list[tuple[int, float]] = field(default_factory=list)
    mail: Counter[int] = field(default_factory=Counter)
    memory: int = 0
    by_process: dict[str, int] = field(default_factory=dict)

    def seconds(self, share: float) -> float:
        """Return the seconds within which this share of all pages came."""
        times = sorted(seconds for _status, seconds in self.pages)
        return times[min(len(times) - 1, int(len(times) * share))] if times else float("inf")

    @property
    def failed_pages(self) -> int:
        """Pages that did not come, or came with another status than 200."""
        return sum(status != 200 for status, _seconds in self.pages)


def measure_pages(console: Console, into: Measured, stop: threading.Event) -> None:
    """Open one page after the other, as an analyst who is quick."""
    number = 0
    while not stop.is_set():
        began = time.monotonic()
        try:
            status = console.get_any(PAGES[number % len(PAGES)]).status_code
        except httpx.HTTPError:
            status = 0
        into.pages.append((status, time.monotonic() - began))
        number += 1
        stop.wait(0.2)


def measure_mail(stack: Stack, into: Measured, stop: threading.Event) -> None:
    """Hand in an honest message every two seconds; a sender tries again what was put off."""
    number = 0
    while not stop.is_set():
        number += 1
        try:
            hand_in(stack.smtp_port, letter(f"honest {number}"))
            into.mail[250] += 1
        except smtplib.SMTPResponseException as refused:
            into.mail[refused.smtp_code] += 1
        except (smtplib.SMTPException, OSError):
            into.mail[0] += 1
        stop.wait(2)


def measure_memory(stack: Stack, into: Measured, stop: threading.Event) -> None:
    """Look at the memory of all processes every second; what several of them share counts once (PSS)."""
    while not stop.is_set():
        by_process: Counter[str] = Counter()
        for process in stack.processes():
            try:
                by_process[_name(process)] += process.memory_full_info().pss
            except psutil.Error:
                continue
        if sum(by_process.values()) > into.memory:
            into.memory, into.by_process = sum(by_process.values()), dict(by_process)
        stop.wait(1)


def _name(process: psutil.Process) -> str:
    line = " ".join(process.cmdline())
    known = ("gunicorn", "worker", "beat", "smtp_intake", "renderer", "redis", "chrom", "parser_process")
    return next((word for word in known if word in line), "other")
