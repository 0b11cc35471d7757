"""Abuses a stack of its own on loopback, all at once, while an analyst works; `make abuse`.

    python -m tests.abuse [--minutes 5] [--memory MB] [--without previews,disk]

60 slow clients, a flood of forms, 200 SMTP connections with unfinished messages, 50 hostile previews, and a disk that
is filled and freed (a tmpfs, where root may mount one). It ends by itself, and with status 1 if something failed.
"""

import argparse
import contextlib
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.preview.drawing_process import MEMORY_BYTES
from tests.abuse import measuring
from tests.abuse.letters import hand_in, letter
from tests.abuse.previews import BODIES
from tests.stack.over_http import api_of, signed_in
from tests.stack.running import ROOT, Stack, wait_for
from tests.stack.small_disk import fill, may_mount, small_disk

DISK_MB = 700
LOADS = ("http", "smtp", "previews", "disk")
MEMORY_MB = 1000 + MEMORY_BYTES // 2**20
"""What all processes may have together: 1000 for the console and the gateway, and what a browser may take."""

SECONDS = 1.0
"""Within which 95 of 100 pages have to come."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.abuse", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5, help="how long (5)")
    parser.add_argument("--memory", type=int, default=MEMORY_MB, help=f"MB of all processes together ({MEMORY_MB})")
    parser.add_argument("--without", default="", help=f"what to leave out, of {','.join(LOADS)}")
    options = parser.parse_args()
    loads = [load for load in LOADS if load not in options.without.split(",")]
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit("stopped"))
    with tempfile.TemporaryDirectory(prefix="gatehouse-abuse-") as folder, _home(Path(folder), loads) as home:
        environment = {"GATEHOUSE_FREE_BYTES": str(64 * 1024 * 1024)}
        stack = Stack(home, environment)
        try:
            stack.start()
            failed = _abuse(stack, loads, options.minutes * 60, options.memory)
        finally:
            stack.close()
    sys.exit(1 if failed else 0)


@contextmanager
def _home(folder: Path, loads: list[str]) -> Iterator[Path]:
    home = folder / "home"
    if "disk" in loads and not may_mount(home):
        _say("only root may mount a small disk: no disk is filled")
        loads.remove("disk")
    with small_disk(home, DISK_MB) if "disk" in loads else contextlib.nullcontext():
        yield home


def _abuse(stack: Stack, loads: list[str], seconds: float, memory_mb: int) -> bool:
    """Abuse the stack, print what was measured, and return whether something failed."""
    hand_in(stack.smtp_port, *(letter(f"parcel {number}") for number in range(60)))
    measured, stop = measuring.Measured(), threading.Event()
    with signed_in(stack, "analyst") as console:
        watchers = [
            threading.Thread(target=measuring.measure_pages, args=(console, measured, stop)),
            threading.Thread(target=measuring.measure_mail, args=(stack, measured, stop)),
            threading.Thread(target=measuring.measure_memory, args=(stack, measured, stop)),
        ]
        with _loads(stack, loads):
            for watcher in watchers:
                watcher.start()
            try:
                _fill_and_free(stack, seconds, fills="disk" in loads)
            finally:
                stop.set()
                for watcher in watchers:
                    watcher.join(120)
    try:
        wait_for(lambda: stack.health() == 200, 60, "health")
        is_healthy = True
    except AssertionError:
        is_healthy = False
    return _table(stack, measured, loads, memory_mb, is_healthy=is_healthy)


@contextmanager
def _loads(stack: Stack, loads: list[str]) -> Iterator[None]:
    """Run the loads in processes of their own, and end them."""
    commands = {
        "http": ["tests.abuse.http_load", str(stack.port)],
        "smtp": ["tests.abuse.smtp_load", str(stack.smtp_port)],
    }
    if "previews" in loads:
        run = stack.run
        url = f"{run['api_base_url']}/accounts/{run['account_id']}/email-security"
        commands["previews"] = ["tests.abuse.previews", url, run["api_token"], *_hostile_ids(stack)]
    running = [
        subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, stdin=subprocess.DEVNULL)
        for name, command in commands.items()
        if name in loads
    ]
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.wait(10)


def _hostile_ids(stack: Stack) -> list[str]:
    hand_in(stack.smtp_port, *(letter("hostile drawing", body) for body in BODIES))
    with api_of(stack) as api:
        return [row["id"] for row in api.search(exact_subject="hostile drawing")]


def _fill_and_free(stack: Stack, seconds: float, *, fills: bool) -> None:
    """Wait; in the middle third the disk is full."""
    _say(f"{seconds / 60:g} minutes begin")
    time.sleep(seconds / 3)
    filler = fill(stack.home) if fills else None
    if filler:
        _say("the disk is full")
    time.sleep(seconds / 3)
    if filler:
        filler.unlink()
        _say("the disk has room")
    time.sleep(seconds / 3)


def _table(stack: Stack, measured: measuring.Measured, loads: list[str], memory_mb: int, *, is_healthy: bool) -> bool:
    assert stack.process is not None
    p95, memory = measured.seconds(0.95), measured.memory // 2**20
    parts = ", ".join(f"{name} {size // 2**20}" for name, size in sorted(measured.by_process.items()))
    rows = [
        ("pages, p50", f"{measured.seconds(0.5):.2f} s", "", True),
        ("pages, p95", f"{p95:.2f} s", f"under {SECONDS:g} s", p95 < SECONDS),
        ("pages that failed", f"{measured.failed_pages} of {len(measured.pages)}", "none", not measured.failed_pages),
        ("honest mail, by reply", str(dict(sorted(measured.mail.items()))), "some accepted", measured.mail[250] > 0),
        ("memory of all processes", f"{memory} MB", f"under {memory_mb} MB", memory < memory_mb),
        ("stack still runs", str(stack.process.poll() is None), "True", stack.process.poll() is None),
        ("healthy a minute later", str(is_healthy), "True", is_healthy),
    ]
    _say(f"loads: {', '.join(loads)}; memory in MB: {parts}")
    for name, found, wanted, is_good in rows:
        _say(f"{name:<26} {found:<34} {wanted:<16} {'ok' if is_good else 'FAILED'}")
    return not all(is_good for *_, is_good in rows)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
