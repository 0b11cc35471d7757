"""Runs many rounds of jobs against an API that fails, while processes are killed; `make faults`.

    python -m tests.faults [--rounds 100] [--size 3000] [--seed N]

A seed makes the same choices again, as far as processes repeat themselves. It stops at the first lie.
"""

import argparse
import signal
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from tests.faults.rounds import SHARE_RELEASED, VICTIMS, Rounds, faulty_stack
from tests.stack.over_http import signed_in

HELD_SHARE = 0.08
"""So much of synthetic mail is held, or a little more."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--rounds", type=int, default=100, help="how many (100)")
    parser.add_argument("--size", type=int, default=3000, help="messages in each (3000)")
    parser.add_argument("--seed", type=int, default=Random().randrange(10**6), help="what makes the choices")
    options = parser.parse_args()
    _say(f"SEED={options.seed}: {options.rounds} rounds of {options.size} messages")
    # The stack is to end too; a job in a shell's background ignores SIGINT unless told.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit("stopped"))
    began, chance = time.monotonic(), Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="gatehouse-faults-") as folder:
        stack = faulty_stack(Path(folder) / "home", options.seed)
        try:
            stack.start()
            with signed_in(stack, "analyst") as console:
                rounds = Rounds(stack, console, chance)
                rounds.make_mail(options.size + options.size // 4)
                for number in range(1, options.rounds + 1):
                    rounds.make_mail(int(options.size * SHARE_RELEASED / HELD_SHARE))
                    victims = [chance.choice(list(VICTIMS)) for _ in range(chance.randint(1, 4))]
                    seconds = rounds.run(options.size, victims)
                    _say(f"round {number}: true after {seconds:.0f} s; killed {', '.join(victims)}")
        finally:
            stack.close()
    _say(f"SEED={options.seed}: {options.rounds} rounds were true, in {(time.monotonic() - began) / 60:.0f} minutes")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
