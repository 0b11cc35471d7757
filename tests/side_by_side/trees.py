"""Two trees of code with the same home and databases, each in a process that is asked what to do."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def commit_before_last_migration() -> str:
    """Return the newest commit with other migrations than now, or an empty string if the history is not here.

    One that has two migrations of the same number, as between two merges, can't be started.
    """
    now = _migrations("HEAD")
    for commit in _git("log", "-30", "--format=%H^", "--", "*/migrations/*.py").split():
        names = _migrations(commit)
        numbers = [path[: path.rindex("/") + 5] for path in names]
        if names and names != now and len(set(numbers)) == len(numbers):
            return _git("rev-parse", commit)
    return ""


def _migrations(commit: str) -> list[str]:
    paths = _git("ls-tree", "-r", "--name-only", commit).splitlines()
    return [path for path in paths if re.search(r"/migrations/\d{4}_\w+\.py$", path)]


@contextmanager
def tree_of(commit: str, folder: Path) -> Iterator[Path]:
    """Check a commit out into the folder until the end of the block."""
    _git("worktree", "add", "--detach", str(folder), commit)
    try:
        yield folder
    finally:
        _git("worktree", "remove", "--force", str(folder))


class Code:
    """A process that runs `doings.py` with the code of one tree."""

    def __init__(self, tree: Path, environment: dict[str, str]) -> None:
        self.tree = tree
        self._environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tree), **environment}
        self._process: subprocess.Popen[str] | None = None

    def manage(self, *words: str) -> None:
        """Run a management command of this tree."""
        command = [sys.executable, str(self.tree / "manage.py"), *words]
        done = subprocess.run(command, env=self._environment, cwd=self.tree, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-3000:]

    def start(self) -> None:
        """Start the process; it goes on, whatever the other code does to the databases."""
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("doings.py"))],
            env=self._environment,
            cwd=self.tree,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def do(self, what: str, **how: Any) -> Any:
        """Have something done, and return what came of it."""
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": what, **how}) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, f"{what} ended the process of {self.tree}"
        return json.loads(answer)

    def stop(self) -> None:
        """End the process."""
        if self._process is not None:
            # It ends when nothing more is asked; `communicate` closes both pipes.
            self._process.communicate(timeout=60)


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else ""
