"""How fast files are imported, and what they take on disk, beside `notmuch new` and only keeping the bytes.

The three take turns with the same files: import_mail, the floor, and Debian's notmuch where it is installed. It only
reads and indexes, by one process; import_mail also judges, stores and delivers, and what it reports survives a power
cut. So processor time is compared too: other work on the machine hardly changes it.
"""

import hashlib
import os
import resource
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import psutil
import zstandard
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import connections

from gateway.synthetic import synthetic_mail
from tests.benchmarks.mail_flow.mails import pool
from tests.benchmarks.timing import Table

ROUNDS = 4


@dataclass
class Spent:
    """Seconds by the clock and of processors, summed over the rounds."""

    clock: float = 0.0
    processor: float = 0.0

    def add(self, action: Callable[[], object]) -> None:
        began, used = time.perf_counter(), _processor_seconds()
        action()
        self.clock += time.perf_counter() - began
        self.processor += _processor_seconds() - used


def import_files(table: Table, folder: Path, count: int) -> None:
    """Import short synthetic mail, and varied mail of usual sizes."""
    now = datetime.now(UTC)
    short = [synthetic_mail(99, 16 * number, domain="acme.example", scanned_at=now).raw for number in range(count)]
    varied = [mail.raw for mail in pool()]
    lines = [b"X-Number: %d\r\n" % number for number in range(max(1, count // 2))]
    _import_by_turns(table, "short mail", folder / "short", short)
    _import_by_turns(
        table, "varied mail", folder / "varied", [line + varied[n % len(varied)] for n, line in enumerate(lines)]
    )


def _import_by_turns(table: Table, name: str, folder: Path, raws: list[bytes]) -> None:
    ours, floor, theirs = Spent(), Spent(), Spent()
    notmuch = _Notmuch(folder / "notmuch") if shutil.which("notmuch") else None
    size, stored_before = sum(map(len, raws)), _stored_bytes()
    for turn in range(ROUNDS):
        part = folder / f"{turn}"
        part.mkdir(parents=True)
        for number, raw in enumerate(raws[turn::ROUNDS]):
            (part / f"{number}.eml").write_bytes(raw)
        ours.add(lambda part=part: call_command("import_mail", str(part), stdout=StringIO()))
        floor.add(lambda part=part, turn=turn: _keep_bytes(part, folder / f"kept-{turn}"))
        if notmuch is not None:
            theirs.add(lambda part=part: notmuch.new(part))
    stored = {kind: after - stored_before[kind] for kind, after in _stored_bytes().items()}
    count = len(raws)
    table.add(
        f"import_mail, {count:,} files, {name} of {size / count / 1000:.1f} KB",
        f"{count / ours.clock:,.0f}/s; {1000 * ours.processor / count:.1f} ms of processor each",
        f"{ours.clock / floor.clock:.1f} × the time of only keeping the bytes ({count / floor.clock:,.0f}/s); "
        + (
            f"{theirs.clock / ours.clock:.2f} × the rate of notmuch new ({count / theirs.clock:,.0f}/s, "
            f"{1000 * theirs.processor / count:.1f} ms)"
            if notmuch is not None
            else "notmuch is not installed"
        ),
    )
    table.add(
        f"bytes stored for a byte of {name}",
        f"{sum(stored.values()) / size:.2f}",
        f"raw {stored['raw'] / size:.2f}, database {stored['database'] / size:.2f}; wanted: under 1.5",
    )


class _Notmuch:
    """A database of notmuch's own, which gets the files as links."""

    def __init__(self, home: Path) -> None:
        self._mail = home / "mail"
        self._mail.mkdir(parents=True)
        config = home / "config"
        config.write_text(
            f"[database]\npath={self._mail}\n[user]\nname=bench\nprimary_email=bench@acme.example\n"
            "[new]\ntags=new\n[maildir]\nsynchronize_flags=false\n"
        )
        self._environment = os.environ | {"NOTMUCH_CONFIG": str(config), "HOME": str(home)}

    def new(self, part: Path) -> None:
        shutil.copytree(part, self._mail / part.name, copy_function=os.link)
        subprocess.run(["notmuch", "new", "--quiet"], env=self._environment, check=True)


def _stored_bytes() -> dict[str, int]:
    """Return what the database and raw mail take on disk."""
    with connections["gateway"].cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute("PRAGMA page_size")
        page = cursor.fetchone()[0]
    raw = Path(storages["raw_mail"].path(""))
    return {"database": pages * page, "raw": sum(path.stat().st_size for path in raw.rglob("*") if path.is_file())}


def _processor_seconds() -> float:
    """Return what this process, its ended children and its parsers have used: a busy machine hardly changes it."""
    ended = sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )
    running = 0.0
    for child in psutil.Process().children():
        try:
            times = child.cpu_times()
        except psutil.NoSuchProcess:
            continue
        running += times.user + times.system
    return ended + running


def _keep_bytes(source: Path, target: Path) -> None:
    target.mkdir()
    for path in source.iterdir():
        raw = path.read_bytes()
        with (target / hashlib.sha256(raw).hexdigest()).open("wb") as file:
            file.write(zstandard.compress(raw))
            file.flush()
            os.fsync(file.fileno())
