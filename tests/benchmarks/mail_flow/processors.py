"""Processor time of whole families of processes, those that have ended and were waited for included."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import psutil

from tests.stack.running import Stack

_NAMES = {
    "gunicorn": "web",
    "worker": "worker",
    "sender": "sender",
    "beat": "beat",
    "smtp_intake": "intake",
    "delivery": "delivery",
    "renderer": "renderer",
    "redis": "redis",
}


def of_family(process: psutil.Process) -> float:
    """Return the processor seconds of a process and of all its descendants."""
    total = 0.0
    with suppress(psutil.NoSuchProcess):
        for each in (process, *process.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                used = each.cpu_times()
                total += used.user + used.system + used.children_user + used.children_system
    return total


def of_stack(stack: Stack) -> dict[str, float]:
    """Return the processor seconds of each part of a stack."""
    assert stack.process is not None
    found: dict[str, float] = {}
    for child in psutil.Process(stack.process.pid).children():
        with suppress(psutil.NoSuchProcess):
            words = " ".join(child.cmdline())
            name = next((name for word, name in _NAMES.items() if word in words), "others")
            found[name] = found.get(name, 0.0) + of_family(child)
    return found


def of_pid_file(file: Path) -> float:
    """Return the processor seconds of the family whose first process a file names."""
    return of_family(psutil.Process(int(file.read_text())))


def between(before: dict[str, float], after: dict[str, float]) -> dict[str, float]:
    """Return the seconds used in between."""
    return {name: max(0.0, used - before.get(name, 0.0)) for name, used in after.items()}
