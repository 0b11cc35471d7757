"""RAR archives, version 4 and 5: every name, and the content of files that are not compressed.

Only programs under a licence that forbids this use unpack the rest, so those files are judged by their names.
"""

import io

from gateway.mail import limits
from gateway.mail.containers.budget import Budget
from gateway.mail.containers.opened import Member, Opened


def open_rar(data: bytes, name: str, budget: Budget) -> Opened:
    """Open an archive; raise what rarfile raises if it is damaged."""
    import rarfile

    opened = Opened()
    with rarfile.RarFile(io.BytesIO(data), errors="stop") as archive:
        entries = archive.infolist()
        opened.encrypted = archive.needs_password()
        if len(entries) > limits.ARCHIVE_ENTRIES:
            budget.leave_out(f"Archive {name} lists more than {limits.ARCHIVE_ENTRIES:,} files: the rest was not read.")
        for entry in entries[: limits.ARCHIVE_ENTRIES]:
            opened.names.append(entry.filename)
            stored = entry.compress_type == rarfile.RAR_M0 and entry.is_file() and not entry.needs_password()
            if not stored and entry.is_file() and not opened.encrypted:
                budget.note(f"Files in archive {name} are compressed: they were judged by their names.")
            if stored and budget.take(entry.file_size):
                try:
                    opened.members.append(Member(entry.filename, archive.read(entry)))
                except rarfile.Error:
                    budget.leave_out(f"A file in archive {name} is damaged: {entry.filename[:80]}.")
    return opened
