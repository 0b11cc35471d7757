"""Jobs lose nothing, repeat nothing and say what is true, whatever fails and whoever is killed.

`make faults` runs more and larger rounds of the same.

Slow, since a whole stack works on hundreds of messages and its killed processes have to come back.
"""

import os
from random import Random

import pytest

from tests.faults.rounds import Rounds, faulty_stack
from tests.stack.over_http import signed_in

pytestmark = [pytest.mark.stack, pytest.mark.slow]
SIZE = 300
ROUNDS = [["worker"], ["redis", "worker"], ["web", "worker"]]


@pytest.fixture(scope="module")
def seed() -> int:
    found = int(os.environ.get("SEED") or Random().randrange(10**6))
    print(f"SEED={found}")  # noqa: T201 - pytest shows it when a test fails
    return found


@pytest.fixture(scope="module")
def rounds(tmp_path_factory, seed):
    stack = faulty_stack(tmp_path_factory.mktemp("faults") / "home", seed)
    try:
        stack.start()
        with signed_in(stack, "analyst") as console:
            made = Rounds(stack, console, Random(seed))
            made.make_mail(SIZE * 5 // 2)
            yield made
    finally:
        stack.close()


@pytest.mark.parametrize("victims", ROUNDS, ids="+".join)
def test_everything_is_done_once_and_every_row_tells_the_truth(rounds: Rounds, victims: list[str]) -> None:
    rounds.run(SIZE, victims)
