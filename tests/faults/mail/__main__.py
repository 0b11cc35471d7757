"""Runs rounds of mail against next hops that fail, while intake, delivery, worker and Redis are killed; `make faults`.

    python -m tests.faults.mail [--rounds 20] [--size 2000] [--kills 16] [--seed N]

Each message has three recipients. A seed makes the same choices again, as far as processes repeat themselves. It stops
at the first lie. DATABASE_URL and GATEWAY_DATABASE_URL name a PostgreSQL server to use instead of SQLite.
"""

import argparse
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

from tests.faults.mail.rounds import MailRounds


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.mail", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20, help="how many (20)")
    parser.add_argument("--size", type=int, default=2000, help="messages in each (2000)")
    parser.add_argument("--kills", type=int, default=16, help="kills in each (16)")
    parser.add_argument("--seed", type=int, default=Random().randrange(10**6), help="what makes the choices")
    options = parser.parse_args()
    _say(f"SEED={options.seed}: {options.rounds} rounds of {options.size} messages with 3 recipients")
    # The stack is to end too; a job in a shell's background ignores SIGINT unless told.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit("stopped"))
    began, counts = time.monotonic(), Counter()
    with (
        tempfile.TemporaryDirectory(prefix="gatehouse-mail-faults-") as folder,
        MailRounds(Path(folder) / "home", Random(options.seed)) as rounds,
    ):
        for number in range(1, options.rounds + 1):
            done = rounds.run(options.size, options.kills)
            counts.update(done.counts)
            killed = ", ".join(f"{victim} {times}" for victim, times in sorted(Counter(done.victims).items()))
            _say(
                f"round {number}: true after {done.settled:.0f} s (taken in after {done.taken:.0f} s); killed {killed}"
            )
            for what, times in done.counts.items():
                _say(f"    {times:>6} {what}")
            _say("    next hops: " + ", ".join(f"{what} {times}" for what, times in sorted(done.faults.items())))
    _say(f"SEED={options.seed}: {options.rounds} rounds were true, in {(time.monotonic() - began) / 60:.0f} minutes")
    for what, times in sorted(counts.items()):
        _say(f"    {times:>6} {what}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
