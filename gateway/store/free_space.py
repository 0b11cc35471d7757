"""Whether the disks that keep mail have room: below a floor, intake stops before anything is lost."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings


def has_room(size: int = 0) -> bool:
    """Return whether `size` bytes may be written: `GATEHOUSE_FREE_BYTES` must be left on each disk after them."""
    return all(shutil.disk_usage(folder).free - size >= settings.GATEHOUSE_FREE_BYTES for folder in _folders())


def _folders() -> Iterator[Path]:
    """Return the existing folders that hold state: mailboxes and raw mail may lie on disks of their own."""
    home = Path(settings.GATEHOUSE_HOME)
    for folder in (home, Path(settings.GATEWAY_MAILBOXES), home / "raw"):
        if folder.exists():
            yield folder
