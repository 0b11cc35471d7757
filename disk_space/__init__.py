"""Room on disks: how much there is, and which errors say that there is none. The console and the gateway share it."""

from disk_space.errors import is_disk_full
from disk_space.free import free_bytes

__all__ = ["free_bytes", "is_disk_full"]
