"""7z archives, opened by py7zr."""

import io

from gateway.mail import limits
from gateway.mail.containers.budget import Budget
from gateway.mail.containers.opened import Member, Opened


def open_seven_zip(data: bytes, name: str, budget: Budget) -> Opened:
    """Open an archive: its names and content, or that it needs a password. Raise what py7zr raises if it is damaged."""
    from py7zr import SevenZipFile
    from py7zr.exceptions import PasswordRequired
    from py7zr.io import BytesIOFactory

    opened = Opened()
    try:
        with SevenZipFile(io.BytesIO(data)) as archive:
            entries = archive.list()
            opened.names = [str(entry.filename) for entry in entries[: limits.ARCHIVE_ENTRIES]]
            opened.encrypted = archive.needs_password()
            size = sum(entry.uncompressed or 0 for entry in entries)
            if opened.encrypted:
                return opened
            if len(entries) > limits.ARCHIVE_ENTRIES or not budget.take(size):
                budget.leave_out(f"The files in archive {name} are too many or too large to be opened.")
                return opened
            factory = BytesIOFactory(size + 1)
            try:
                archive.extract(factory=factory)
            except Exception:  # noqa: BLE001 - py7zr raises errors of its own, of lzma and of other libraries.
                budget.leave_out(f"Not all files in archive {name} could be opened.")
            for entry, product in factory.products.items():
                product.seek(0)
                opened.members.append(Member(str(entry), product.read()))
    except PasswordRequired:
        opened.encrypted = True
    return opened
