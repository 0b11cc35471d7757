"""Unfinished messages: each is collected in a file of its own, and all of them together have a bound."""

import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from gateway.intake.peers import share_of


class SpoolFull(Exception):
    """Raised if the unfinished messages of all peers, or those of one peer, are as large as they may be."""


@dataclass
class Spool:
    """What is spooled at the moment, in bytes. `folder` is made when it is needed.

    One peer that is not the organisation's own may hold `for_each_peer` of the `in_all` bytes.
    """

    folder: Path
    in_all: int
    for_each_peer: int
    used: int = 0
    by_peer: Counter[str] = field(default_factory=Counter)

    def fits(self, size: int, peer: str, *, is_own: bool) -> bool:
        """Return whether `size` more bytes of a peer fit."""
        if self.used + size > self.in_all:
            return False
        return is_own or self.by_peer[share_of(peer)] + size <= self.for_each_peer

    def open(self, peer: str, *, is_own: bool) -> "SpooledMessage":
        """Return a new file. It has no name, so nothing is left of it if the process dies.

        :raises OSError: there is no room on the disk, or the folder can't be written.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return SpooledMessage(self, share_of(peer), is_own, tempfile.TemporaryFile(dir=self.folder, buffering=0))


@dataclass
class SpooledMessage:
    """One unfinished message on disk. `size` is what it holds, in bytes."""

    spool: Spool
    peer: str
    is_own: bool
    file: IO[bytes]
    size: int = 0
    is_closed: bool = False

    def write(self, part: bytes) -> None:
        """Append a part.

        :raises SpoolFull: the bound is reached.
        :raises OSError: the disk is full, or failed.
        """
        if not self.spool.fits(len(part), self.peer, is_own=self.is_own):
            raise SpoolFull
        self._count(len(part))
        view = memoryview(part)
        while view:
            view = view[self.file.write(view) :]

    def content(self) -> bytes:
        """Return the whole message."""
        self.file.seek(0)
        return self.file.read()

    def close(self) -> None:
        """Drop the file, and free its share of the bound. May be called again."""
        if not self.is_closed:
            self.is_closed = True
            self.file.close()
            self._count(-self.size)

    def _count(self, size: int) -> None:
        self.size += size
        self.spool.used += size
        self.spool.by_peer[self.peer] += size
        if not self.spool.by_peer[self.peer]:
            del self.spool.by_peer[self.peer]
