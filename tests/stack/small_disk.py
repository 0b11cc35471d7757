"""A small disk of one's own: a tmpfs, which only root can mount."""

import os
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest

ALLOWED = os.geteuid() == 0


def may_mount(folder: Path) -> bool:
    """Return whether a tmpfs can be mounted; root in a container often may not."""
    if not ALLOWED:
        return False
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True)
    if done.returncode == 0:
        subprocess.run(["umount", str(folder)], check=True)
    return done.returncode == 0


@contextmanager
def small_disk(folder: Path, megabytes: int):
    """Mount a disk of this size on `folder`, and take it away at the end, with what still uses it."""
    folder.mkdir(parents=True, exist_ok=True)
    if not may_mount(folder):
        pytest.skip("only root may mount a small disk")
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Fill the disk to its last byte, and return the file that does."""
    path = folder / "filler"
    with path.open("wb", buffering=0) as file:
        for block in (b"\0" * 1024 * 1024, b"\0" * 4096, b"\0"):
            try:
                while file.write(block) == len(block):
                    pass
            except OSError:
                continue
    return path
