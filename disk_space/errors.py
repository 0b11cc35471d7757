"""Which errors say that a disk is full: those of the system, of SQLite, of PostgreSQL, and of Redis."""

import errno
from typing import Final

_SYSTEM: Final = {errno.ENOSPC, errno.EDQUOT}
# Class 53100 of PostgreSQL's error codes is disk_full.
_POSTGRESQL: Final = "53100"
# SQLite's SQLITE_FULL. Redis refuses writes with MISCONF while its append-only file can't be written.
_TEXTS: Final = ("database or disk is full", "no space left on device", "disk quota exceeded", "misconf errors writing")
_LONGEST_CHAIN: Final = 20


def is_disk_full(error: BaseException | None) -> bool:
    """Return whether `error`, or an error that it was raised from, says that a disk is full."""
    for _ in range(_LONGEST_CHAIN):
        if error is None:
            return False
        if isinstance(error, OSError) and error.errno in _SYSTEM:
            return True
        if getattr(error, "sqlstate", None) == _POSTGRESQL:
            return True
        text = str(error).lower()
        if any(known in text for known in _TEXTS):
            return True
        error = error.__cause__ or error.__context__
    return False
