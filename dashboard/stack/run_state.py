"""What the supervisor knows of its processes, in a file that `/healthz` reads.

The file has a fixed size and is overwritten in place, so that it can be written on a full disk.
"""

import contextlib
import json
import os
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from django.conf import settings

_SIZE: Final = 4096


@dataclass(frozen=True, slots=True)
class ChildState:
    """One process: how often it ended in a row, how it ended last, and when it starts again (seconds since 1970).

    `ends` is 0 for a process that has run well for a while, `starts_at` is 0 for one that runs.
    """

    ends: int = 0
    how: str = ""
    starts_at: float = 0.0


def state_file() -> Path:
    """Return the path of the file."""
    return Path(settings.GATEHOUSE_HOME) / "run.state"


def write_state(children: Mapping[str, ChildState]) -> None:
    """Write the states of the supervisor's processes. If the disk fails, the file stays as it was, and nothing ends."""
    content = json.dumps({"supervisor": os.getpid(), "children": {name: asdict(one) for name, one in children.items()}})
    with contextlib.suppress(OSError):
        descriptor = os.open(state_file(), os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.pwrite(descriptor, content.encode()[:_SIZE].ljust(_SIZE), 0)
        finally:
            os.close(descriptor)


def read_state() -> dict[str, ChildState]:
    """Return the states, or nothing if no supervisor runs in this home, as on a second host."""
    try:
        content = json.loads(state_file().read_text())
        os.kill(int(content["supervisor"]), 0)
        return {str(name): ChildState(**state) for name, state in content["children"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def in_words(state: ChildState) -> str:
    """Return "ok" for a process that runs, else how it ended, how often, and when it starts again."""
    if not state.starts_at:
        return "ok"
    wait = max(0, round(state.starts_at - time.time()))
    times = "once" if state.ends == 1 else f"{state.ends} times in a row"
    return f"missing: {state.how}, {times}; it starts again in {wait} s"
