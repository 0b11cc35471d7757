"""The sides of the comparison: child processes that answer questions one at a time, and tell how long each took."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.benchmarks.searches.questions import Question

ROOT = Path(__file__).resolve().parents[3]
SYSTEM_PYTHON = "/usr/bin/python3"


class Side:
    """A child that has the mail at hand. What it is asked, it answers with milliseconds and how much it found."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def ask(self, question: Question) -> tuple[float, int]:
        """Return the milliseconds of one search and the number of messages of its page."""
        answer = self.tell(asdict(question))
        return float(answer["ms"]), int(answer["found"])

    def tell(self, request: dict[str, Any]) -> dict[str, Any]:
        """Send a request and return its answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("a side of the comparison has ended; what it said stands above")
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def running(command: list[str], environment: Mapping[str, str]) -> Iterator[Side]:
    """Run a side until the block ends."""
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env={**os.environ, **environment}
    ) as process:
        try:
            yield Side(process)
        finally:
            if process.stdin is not None:
                process.stdin.close()
            process.wait(timeout=60)


def gateway_side() -> list[str]:
    return [sys.executable, "-m", "tests.benchmarks.searches.gateway_side"]


def notmuch_side(home: Path) -> list[str]:
    return [SYSTEM_PYTHON, str(Path(__file__).with_name("notmuch_side.py")), str(home / "mail")]


def has_notmuch() -> bool:
    """Return whether Debian's notmuch and its library for Python are installed."""
    if not Path(SYSTEM_PYTHON).exists():
        return False
    found = subprocess.run(
        [SYSTEM_PYTHON, "-c", "import notmuch2; assert notmuch2"], capture_output=True, check=False, env={}
    )
    return found.returncode == 0
