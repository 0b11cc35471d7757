"""Mail at a steady rate through a whole stack, with scanning, and through Postfix alone: how long until it is there?

    python -m tests.benchmarks.mail_flow [--rate 20] [--minutes 10] [--ways maildir,lmtp,postfix] [--rates 20,30,40]

A stack is started as `make run` starts it, on SQLite, or with --servers on the PostgreSQL and the Redis that
DATABASE_URL, GATEWAY_DATABASE_URL and REDIS_URL name. It delivers to Maildirs and, where Dovecot is installed, by LMTP.
Postfix hands the same mail at the same rate to the same Dovecot. Messages are sent when they are due, however late the
server is. It ends with status 1 if the gateway loses or doubles mail, a queue grows, or 95 of 100 need over 2 seconds.
Several `--rates` are tried one after the other, until one does not hold: the last that does is the capacity.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OTHERS = ("DATABASE_URL", "GATEWAY_DATABASE_URL", "REDIS_URL", "CLOUDFLARE_BASE_URL", "CLOUDFLARE_API_TOKEN")
WAYS = ("maildir", "lmtp", "postfix")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.mail_flow", description=__doc__)
    parser.add_argument("--rate", type=float, default=20, help="messages a second (20)")
    parser.add_argument("--minutes", type=float, default=10, help="of sending, for each way (10)")
    parser.add_argument("--ways", default=",".join(WAYS), help="which ways to measure (maildir,lmtp,postfix)")
    parser.add_argument("--rates", default="", help="rates to try one after the other, instead of --rate")
    parser.add_argument("--servers", action="store_true", help="use the PostgreSQL and the Redis of the environment")
    parser.add_argument("--idle", type=float, default=30, help="seconds in which the idle stack is measured (30)")
    options = parser.parse_args()
    ways = [way for way in options.ways.split(",") if way]
    if unknown := set(ways) - set(WAYS):
        parser.error(f"no such way: {', '.join(sorted(unknown))}")
    rates = [float(rate) for rate in options.rates.split(",") if rate] or [options.rate]
    if not options.servers:
        for name in OTHERS:
            os.environ.pop(name, None)
    with settings_at_hand():
        from tests.benchmarks.mail_flow.ways import measure

        return measure(ways, rates, options)


@contextmanager
def settings_at_hand() -> Iterator[Path]:
    """Set Django up in a temporary home, which the mail's making needs; the stacks have homes of their own."""
    with tempfile.TemporaryDirectory(prefix="gatehouse-benchmarks-") as folder:
        os.environ |= {"GATEHOUSE_HOME": folder, "DJANGO_SETTINGS_MODULE": "dashboard.settings"}
        import django

        django.setup()
        yield Path(folder)


if __name__ == "__main__":
    sys.exit(main())
