"""Searches go to a real streaming replica as long as it has all that was written, and find all when it has not.

Slow, since it makes a PostgreSQL server with all migrations, and a replica of it.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.postgres_of_our_own import postgres_programs, primary_and_replica

ROOT = Path(__file__).resolve().parents[3]
PRIMARY, REPLICA = "gateway", "gateway_replica"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(postgres_programs() is None, reason="no PostgreSQL server is installed"),
]


@pytest.fixture(scope="module")
def servers():
    # Not in pytest's own folder, which lets no other user through.
    with tempfile.TemporaryDirectory(prefix="gatehouse-replica-") as folder:
        os.chmod(folder, 0o711)
        with primary_and_replica(Path(folder)) as both:
            both[0].ask("CREATE DATABASE mail")
            yield both


@pytest.fixture(scope="module")
def search(servers, tmp_path_factory):
    """Ask the scenario; returns the alias that was searched, and how many messages were found."""
    primary, replica = servers
    environment = {name: os.environ[name] for name in ("PATH", "VIRTUAL_ENV") if name in os.environ} | {
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "dashboard.settings",
        "GATEHOUSE_HOME": str(tmp_path_factory.mktemp("home") / "home"),
        "GATEWAY_DATABASE_URL": f"{primary.url}/mail",
        "GATEWAY_REPLICA_DATABASE_URL": f"{replica.url}/mail",
        "GATEWAY_REPLICA_WAIT": "2000",
        "GATEWAY_DNS": "off",
    }
    command = [sys.executable, "-m", "tests.gateway.search_in_replica.scenario"]
    with subprocess.Popen(
        command, env=environment, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:

        def ask(line: str) -> tuple[str, int]:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(f"{line}\n")
            process.stdin.flush()
            answer = process.stdout.readline()
            assert answer, "the scenario ended"
            return tuple(json.loads(answer))

        yield ask
        process.stdin.close()


def test_what_was_just_written_is_found_in_the_replica(search):
    for number in range(1, 6):
        assert search("hydrogen new") == (REPLICA, number)


def test_a_replica_that_is_behind_is_passed_by_and_taken_up_again(servers, search):
    _primary, replica = servers
    search("helium new")
    replica.ask("SELECT pg_wal_replay_pause()")
    try:
        assert search("helium new") == (PRIMARY, 2)
    finally:
        replica.ask("SELECT pg_wal_replay_resume()")
    assert search("helium") == (REPLICA, 2)


def test_a_replica_that_is_gone_is_passed_by(servers, search):
    _primary, replica = servers
    search("lithium new")
    replica.process.send_signal(2)
    replica.process.wait(30)
    assert search("lithium") == (PRIMARY, 1)
    assert search("lithium new") == (PRIMARY, 2)


def test_a_database_that_is_no_replica_is_never_asked(servers, tmp_path):
    """Whoever names the database itself, or another one, finds all the same."""
    primary, _replica = servers
    script = (
        "import django; django.setup(); from gateway.search import replica; "
        "print(replica.may_ask_replica(), replica.search_within(5, lambda alias: alias))"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "dashboard.settings",
        "GATEHOUSE_HOME": str(tmp_path / "home"),
        "GATEWAY_DATABASE_URL": f"{primary.url}/mail",
        "GATEWAY_REPLICA_DATABASE_URL": f"{primary.url}/mail",
    }
    done = subprocess.run([sys.executable, "-c", script], env=environment, cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.split() == ["False", PRIMARY], done.stderr
