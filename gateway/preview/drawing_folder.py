"""The temporary folder of a drawing process: everything that the browser writes lies in it, and goes with it.

A renderer that is killed by SIGKILL leaves its folder behind. So a folder is locked as long as its renderer lives, and
whoever makes one removes those that nobody holds any more.
"""

import fcntl
import logging
import os
import shutil
import stat
import tempfile
import time
from pathlib import Path

logger = logging.getLogger(__name__)
_PREFIX = "gatehouse-drawing-"
_YOUNG_SECONDS = 60.0
"""What was made so lately is left: its renderer may not have locked it yet."""


class DrawingFolder:
    """A new temporary folder, locked until it is removed or this process ends. `path` is where it is."""

    def __init__(self) -> None:
        remove_abandoned()
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self._lock = _locked(self.path)
        self.path.chmod(0o711)  # The browser's user reaches its profile within.

    def remove(self) -> None:
        """Remove the folder as far as that goes. What stays is removed with the next one."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def remove_abandoned() -> None:
    """Remove the folders of this user that no living renderer holds."""
    for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            facts = path.lstat()
        except OSError:
            continue
        is_ours = stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.geteuid()
        if not is_ours or time.time() - facts.st_mtime < _YOUNG_SECONDS:
            continue
        lock = _locked(path)
        if lock is None:
            continue
        shutil.rmtree(path, ignore_errors=True)
        os.close(lock)
        logger.info("removed %s, which a renderer left that was killed", path.name)


def _locked(path: Path) -> int | None:
    """Lock a folder. Return the descriptor that holds the lock, or None if another process has it."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor
