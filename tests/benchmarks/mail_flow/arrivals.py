"""Finds the copies in Maildirs, and the time at which each appeared there."""

from __future__ import annotations

import os
import re
import time
from collections import defaultdict
from pathlib import Path

_NUMBER = re.compile(rb"^X-Flow: (\d{1,9})\r?$", re.MULTILINE)
_TOP_BYTES = 8_192


class Arrivals:
    """The copies beneath a folder of Maildirs. Each file is read once.

    A file's change time is that of the link or the rename that gave it its name in `new`, so nobody has to watch.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: set[str] = set()
        self.times: defaultdict[int, list[float]] = defaultdict(list)

    def look(self) -> int:
        """Read what is new; return how many copies there are in all."""
        for box in os.scandir(self._folder):
            try:
                entries = list(os.scandir(Path(box.path) / "new"))
            except (FileNotFoundError, NotADirectoryError):
                continue
            for entry in entries:
                if entry.path not in self._seen:
                    self._seen.add(entry.path)
                    self._note(entry)
        return len(self._seen)

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
