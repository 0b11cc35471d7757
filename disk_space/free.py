"""How much room there is."""

import shutil
from collections.abc import Iterable
from pathlib import Path


def free_bytes(folders: Iterable[Path]) -> int:
    """Return the free space of the fullest disk among those of the existing folders, in bytes; 0 if there is none."""
    return min((shutil.disk_usage(folder).free for folder in folders if folder.exists()), default=0)
