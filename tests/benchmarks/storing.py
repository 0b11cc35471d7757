"""How fast mail gets in: synthetic mail in bulk, and files one by one."""

import hashlib
import os
import resource
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import zstandard
from django.core.management import call_command

from gateway.synthetic import synthetic_mail
from tests.benchmarks.timing import Table, stopwatch

WANTED = 2000


def fill(table: Table, count: int) -> None:
    """Make the mail that the searches look through."""
    spent = _processor_seconds()
    with stopwatch() as seconds:
        call_command("make_mail", "--count", str(count), "--seed", "1", "--no-mailboxes", stdout=StringIO())
    rate, busy = count / seconds(), count / (_processor_seconds() - spent)
    figure = f"{rate:,.0f}/s, {busy:,.0f} in a second of one core"
    table.add(f"make_mail, {count:,} messages", figure, f"{rate / WANTED:.1f} × the wanted {WANTED:,}/s")


def import_files(table: Table, folder: Path, count: int) -> None:
    """Import files as import_mail does, against reading them and keeping their bytes on disk."""
    folder.mkdir()
    for number in range(count):
        mail = synthetic_mail(99, number * 16, domain="acme.example", scanned_at=datetime.now(UTC))
        (folder / f"{number}.eml").write_bytes(mail.raw)
    with stopwatch() as floor:
        _keep_bytes(folder, folder.with_name("kept"))
    with stopwatch() as seconds:
        call_command("import_mail", str(folder), stdout=StringIO())
    floor_rate, rate = count / floor(), count / seconds()
    compared = f"{floor_rate / rate:.1f} × the time of only keeping the bytes ({floor_rate:,.0f}/s)"
    table.add(f"import_mail, {count:,} files", f"{rate:,.0f}/s", compared)


def _processor_seconds() -> float:
    """Return what this process and its ended children have used: a busy machine doesn't change it."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def _keep_bytes(source: Path, target: Path) -> None:
    target.mkdir()
    for path in source.iterdir():
        raw = path.read_bytes()
        with (target / hashlib.sha256(raw).hexdigest()).open("wb") as file:
            file.write(zstandard.compress(raw))
            file.flush()
            os.fsync(file.fileno())
