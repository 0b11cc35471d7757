"""What an earlier version left, in one file: its home without what is made anew, and the facts about it."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Final

from tests.upgrade.use import Facts

ARCHIVE: Final = Path(__file__).with_name("before.tar.xz")
_FACTS: Final = "facts.json"
_KEPT: Final = ("console.sqlite3", "gateway.sqlite3", "keys", "mailboxes", "raw")


def pack(home: Path, facts: Facts, file: Path) -> None:
    """Write the archive. The home's processes have ended."""
    with tarfile.open(file, "w:xz") as archive:
        for name in _KEPT:
            archive.add(home / name, f"home/{name}")
        content = json.dumps(facts.to_json()).encode()
        entry = tarfile.TarInfo(_FACTS)
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))


def unpack(folder: Path) -> tuple[Path, Facts]:
    """Unpack the archive and return the home and the facts."""
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    home = folder / "home"
    for path in (home, home / "keys"):
        path.chmod(0o700)
    return home, Facts(**json.loads((folder / _FACTS).read_text()))
