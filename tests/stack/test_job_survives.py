"""Jobs live through the death of any process: nothing is lost, and nothing is done twice.

Slow, since a whole stack moves thousands of messages, and killed processes have to come back.
"""

import os
import time
from itertools import islice
from random import Random

import httpx
import pytest

from tests.stack.over_http import Console, api_of, signed_in
from tests.stack.running import Stack, kill_family, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.slow]
MESSAGES = 5000
FEWER = 1500


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    """A stack of synthetic mail whose processes get killed. Its Redis is its own, so that it can be killed too."""
    made = Stack(tmp_path_factory.mktemp("jobs") / "home")
    made.use_servers(own_redis=True)
    made.environment |= {"GATEHOUSE_SAMPLE_MAIL": "0", "GATEHOUSE_JOB_LEASE": "4"}
    try:
        made.start()
        made.manage("make_mail", "--count", "6400", "--seed", "5")
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def messages(stack):
    """The messages that lie in mailboxes: id, postfix id, recipients."""
    with api_of(stack) as api:
        found = list(islice(api.search(delivery_status="delivered"), MESSAGES))
    assert len(found) == MESSAGES
    return found


@pytest.fixture
def analyst(stack):
    with signed_in(stack, "analyst") as console:
        yield console


@pytest.fixture
def chance():
    """Decides when to kill. A run can be had again with its seed, as far as processes repeat themselves."""
    seed = int(os.environ.get("KILL_SEED") or Random().randrange(10**6))
    print(f"KILL_SEED={seed}")  # noqa: T201 - pytest shows it when the test fails
    return Random(seed)


def kill_in_the_middle(stack: Stack, console: Console, job: str, total: int, chance: Random, *words: str) -> None:
    """Kill a child at a random moment of the job, and see that the supervisor starts another."""
    victim = stack.child(*words)
    enough = chance.uniform(0, 0.5) * total
    wait_for(lambda: console.progress(job)[0] >= enough, 60, f"{enough:.0f} messages with an outcome")
    time.sleep(chance.uniform(0, 0.3))  # Not to wait for anything: progress shows whole chunks, the kill shall not.
    done, ended = console.progress(job)
    assert not ended, f"the job was at its end ({done}) before anything was killed"
    kill_family(victim)
    wait_for(lambda: stack.pid_of(*words) not in (None, victim.pid), 60, f"another {words}")


def ended_or(console: Console, job: str) -> tuple[int, bool]:
    """Return the job's progress; a web server that isn't there tells none."""
    try:
        return console.progress(job)
    except httpx.HTTPError:
        return 0, False


# Search shows what was completed; a move that was begun twice would show only here.
COUNT_MOVES = """
from gateway.models import ActionLog
rows = ActionLog.objects.using("gateway").filter(operation="MOVE", properties__folder="{folder}")
print(rows.count(), rows.values("message").distinct().count(), rows.filter(success=True).count())
"""


def moves_begun(stack: Stack, folder: str) -> list[int]:
    """Return how many moves to the folder were begun, of how many messages, and how many of them came to a good end."""
    counted = stack.manage("shell", "--verbosity", "0", "-c", COUNT_MOVES.format(folder=folder)).stdout
    return [int(number) for number in counted.split()[-3:]]


def assert_moved_once(stack: Stack, messages: list[dict], folder: str) -> None:
    """Each message's log shows one move to the folder, and each copy lies there, and there alone."""
    expected = {message["id"]: message for message in messages}
    with api_of(stack) as api:
        seen = {message["id"]: message for message in api.search(message_action="MOVED") if message["id"] in expected}
        assert seen.keys() == expected.keys()
        for message in seen.values():
            moves = [entry for entry in message["action_log"] if entry["properties"]["folder"] == folder]
            assert [(entry["operation"], entry["status"]) for entry in moves] == [("MOVE", "moved")], message["id"]
    assert moves_begun(stack, folder) == [len(messages)] * 3

    copies: dict[str, list[tuple[str, str]]] = {}
    root = stack.home / "mailboxes"
    for path in root.glob("*/**/new/*"):
        postfix_id = path.name.rpartition(".")[2]
        copies.setdefault(postfix_id, []).append((path.relative_to(root).parts[0], path.parent.parent.name))
    for message in messages:
        found = copies[message["postfix_id"]]
        assert {place for _, place in found} == {f".{folder}"}
        assert len(found) == len({box for box, _ in found}) == len(message["client_recipients"])


def run_to_the_end(console: Console, job: str, total: int) -> None:
    wait_for(lambda: ended_or(console, job)[1], 240, "the end of the job")
    assert console.outcomes(job) == {"All": total, "Done": total}


def test_a_job_of_5000_survives_its_worker(stack, analyst, messages, chance):
    ids = [message["id"] for message in messages]
    job = analyst.create_job(ids, action="move", destination="JunkEmail", reason="kill -9 of the worker")
    kill_in_the_middle(stack, analyst, job, MESSAGES, chance, "celery", "long@")
    run_to_the_end(analyst, job, MESSAGES)
    assert_moved_once(stack, messages, "JunkEmail")


@pytest.mark.parametrize(
    ("words", "folder"), [(["redis-server"], "DeletedItems"), (["gunicorn"], "RecoverableItemsDeletions")]
)
def test_a_job_survives_its_broker_and_the_web_server(stack, analyst, messages, chance, words, folder):
    chosen = messages[:FEWER]
    ids = [message["id"] for message in chosen]
    job = analyst.create_job(ids, action="move", destination=folder, reason=f"kill -9 of {words[0]}")
    kill_in_the_middle(stack, analyst, job, FEWER, chance, *words)
    run_to_the_end(analyst, job, FEWER)
    assert_moved_once(stack, chosen, folder)
    wait_for(lambda: stack.health() == 200, 60, "health after the kill")
