"""Finds the copies in Maildirs, and the time at which each appeared there."""

from __future__ import annotations

import os
import re
import time
from collections import defaultdict
from contextlib import suppress
from pathlib import Path

_NUMBER = re.compile(rb"^X-Flow: (\d{1,9})\r?$", re.MULTILINE)
_TOP_BYTES = 8_192


class Arrivals:
    """The copies beneath a folder of Maildirs. Each file is read once.

    A file's change time is that of the link or the rename that gave it its name in `new`, so nobody has to watch. With
    `may_move`, copies are found in the folders of a mailbox as well: there their time is that of the move.
    """

    def __init__(self, folder: Path, *, may_move: bool = False) -> None:
        self._folder = folder
        self._places = ("new", "cur", ".*/new", ".*/cur") if may_move else ("new",)
        self._seen: set[tuple[str, str]] = set()
        self.times: defaultdict[int, list[float]] = defaultdict(list)

    def look(self) -> int:
        """Read what is new; return how many copies there are in all."""
        for box in os.scandir(self._folder):
            for place in self._places:
                for folder in Path(box.path).glob(place):
                    self._look_into(box.name, folder)
        return len(self._seen)

    def _look_into(self, box: str, folder: Path) -> None:
        for entry in os.scandir(folder):
            # The name stays when a copy is moved or read; flags come after a colon.
            copy = (box, entry.name.partition(":")[0])
            if copy in self._seen:
                continue
            # It may have just been moved on: then it is found there at the next look.
            with suppress(FileNotFoundError):
                self._note(entry)
                self._seen.add(copy)

    def _note(self, entry: os.DirEntry[str]) -> None:
        with Path(entry.path).open("rb") as file:
            found = _NUMBER.search(file.read(_TOP_BYTES))
        if found:
            self.times[int(found[1])].append(entry.stat().st_ctime)

    def wait(self, seconds: float, *, quiet: float = 3.0) -> None:
        """Look until nothing has come for `quiet` seconds, or `seconds` have passed."""
        ends, last, came = time.monotonic() + seconds, self.look(), time.monotonic()
        while time.monotonic() < ends and time.monotonic() - came < quiet:
            time.sleep(0.5)
            if (now := self.look()) != last:
                last, came = now, time.monotonic()
