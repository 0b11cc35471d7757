"""No acknowledged mail is lost, and none comes twice but where an answer was lost, whoever is killed.

Slow, since it starts a whole stack and kills its processes. `make faults` runs 20 larger rounds of the same. MAIL_SIZE
and MAIL_KILLS say how much of it.
"""

import os
from random import Random

import pytest

from tests.faults.mail.rounds import MailRounds

pytestmark = [pytest.mark.stack, pytest.mark.slow]
SIZE = int(os.environ.get("MAIL_SIZE", "150"))
KILLS = int(os.environ.get("MAIL_KILLS", "8"))


def test_every_copy_is_delivered_once_or_refused_and_what_came_twice_is_named(tmp_path):
    seed = int(os.environ.get("SEED") or Random().randrange(10**6))
    print(f"SEED={seed}")  # noqa: T201 - pytest shows it when a test fails
    with MailRounds(tmp_path / "home", Random(seed)) as rounds:
        done = rounds.run(SIZE, KILLS)
    assert done.counts["copies"] >= SIZE * 3
    assert done.victims, "nobody was killed"
