"""Tar archives (POSIX pax, GNU and old ones)."""

import io
import tarfile

from gateway.mail import limits
from gateway.mail.containers.budget import Budget
from gateway.mail.containers.opened import Member, Opened


def open_tar(data: bytes, name: str, budget: Budget) -> Opened:
    """Open an archive; what comes before damage counts."""
    opened = Opened()
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:", errorlevel=0, ignore_zeros=True) as archive:
        try:
            _read(archive, len(data), name, budget, opened)
        except tarfile.TarError:
            budget.leave_out(f"Archive {name} is damaged: its end was not read.")
    return opened


def _read(archive: tarfile.TarFile, most: int, name: str, budget: Budget, opened: Opened) -> None:
    for entry in archive:
        if len(opened.names) >= limits.ARCHIVE_ENTRIES:
            budget.leave_out(f"Archive {name} lists more than {limits.ARCHIVE_ENTRIES:,} files: the rest was not read.")
            return
        opened.names.append(entry.name)
        if not entry.isfile():
            continue
        if entry.size > most or not budget.take(entry.size):
            budget.leave_out(f"A file in archive {name} is too large to be opened: {entry.name[:80]}.")
            continue
        stream = archive.extractfile(entry)
        if stream is not None:
            opened.members.append(Member(entry.name, stream.read()))
