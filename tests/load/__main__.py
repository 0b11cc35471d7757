"""A stack under load: do its pages stay quick, does nothing fail, and does no queue grow?

    python -m tests.load [--minutes 5] [--analysts 50] [--rate 20] [--messages 100000] [--job 100000] [--servers]

`--messages` are made and a job moves `--job` of them, while a replay looks at all, digests are made and sent, `--rate`
messages a second arrive, and `--analysts` browse and act. The stack is as `make run` starts it, on SQLite; with
`--servers` it is on the PostgreSQL and the Redis that DATABASE_URL, GATEWAY_DATABASE_URL and REDIS_URL name. Everything
runs on this machine, those who ask included, and ends by itself. The exit status is 1 if 95 of 100 pages take 500 ms or
longer, a page fails, mail is lost or doubled, a queue grows, or the log tells of an error.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.mail_flow.__main__ import OTHERS, settings_at_hand


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5, help="of load (5)")
    parser.add_argument("--analysts", type=int, default=50, help="people who browse and act (50)")
    parser.add_argument("--rate", type=float, default=20, help="messages that arrive in a second (20)")
    parser.add_argument("--messages", type=int, default=100_000, help="in the store at the start (100000)")
    parser.add_argument("--job", type=int, default=100_000, help="messages that a job moves (100000)")
    parser.add_argument("--servers", action="store_true", help="use the PostgreSQL and the Redis of the environment")
    options = parser.parse_args()
    if not options.servers:
        for name in OTHERS:
            os.environ.pop(name, None)
    with settings_at_hand(), tempfile.TemporaryDirectory(prefix="gatehouse-load-") as folder:
        from tests.load.running import run

        return run(Path(folder), options)


if __name__ == "__main__":
    sys.exit(main())
