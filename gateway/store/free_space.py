"""Whether the disks that keep mail have room: below a floor, intake stops before anything is lost."""

from pathlib import Path

from django.conf import settings

from disk_space import free_bytes


def has_room(size: int = 0) -> bool:
    """Return whether `size` bytes may be written: `GATEHOUSE_FREE_BYTES` must be left on each disk after them.

    Mailboxes and raw mail may lie on disks of their own.
    """
    home = Path(settings.GATEHOUSE_HOME)
    free = free_bytes((home, Path(settings.GATEWAY_MAILBOXES), home / "raw"))
    return free - size >= settings.GATEHOUSE_FREE_BYTES
