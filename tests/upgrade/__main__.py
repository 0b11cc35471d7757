"""Upgrades from an earlier commit: its own code runs and is used, then this code on what that left.

    python -m tests.upgrade [COMMIT] [--keep FILE]

The default is the version whose data lies in `tests/upgrade/before.tar.xz`. With PostgreSQL, name a server in
DATABASE_URL, GATEWAY_DATABASE_URL and REDIS_URL: both versions use a database of their own there. `--keep` packs what
the earlier version left into FILE (SQLite only): the archive for the test was made so.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.mail_flow.__main__ import settings_at_hand
from tests.stack.running import ROOT, Stack

BEFORE = "d9ba4fd"
"""The version whose data lies in the archive."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.upgrade", description=__doc__)
    parser.add_argument("commit", nargs="?", default=BEFORE, help=f"the earlier version ({BEFORE})")
    parser.add_argument("--keep", type=Path, help="pack what it left into this file")
    options = parser.parse_args()
    with (
        settings_at_hand(),
        tempfile.TemporaryDirectory(prefix="gatehouse-upgrade-") as folder,
        _code_of(options.commit) as code,
    ):
        from tests.upgrade.archive import pack
        from tests.upgrade.found_again import check
        from tests.upgrade.use import use

        stack = Stack(Path(folder) / "home", {"GATEHOUSE_SAMPLE_MAIL": "0"}, code=code)
        stack.use_servers()
        try:
            facts = use(stack.start())
            stack.stop()
            sys.stdout.write(f"{options.commit} was used and stopped\n")
            if options.keep:
                pack(stack.home, facts, options.keep)
            stack.code = ROOT
            check(stack.start(), facts)
            sys.stdout.write("everything is there, and work goes on\n")
        finally:
            stack.close()


@contextmanager
def _code_of(commit: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="gatehouse-earlier-") as folder:
        code = Path(folder) / "code"
        _git("worktree", "add", "--detach", str(code), commit)
        try:
            yield code
        finally:
            _git("worktree", "remove", "--force", str(code))


def _git(*arguments: str) -> None:
    subprocess.run(["git", "-C", str(ROOT), *arguments], check=True, capture_output=True)


if __name__ == "__main__":
    main()
