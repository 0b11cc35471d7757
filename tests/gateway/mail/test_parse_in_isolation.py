"""Reading mail in a child process that may be lost."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import psutil
import pytest

from gateway.mail.isolation import ParserPool
from gateway.mail.parser import parse
from tests.gateway.mail.hostile import ENVELOPE, attached

ORDINARY = attached(b"%PDF-1.4", "a.pdf")


@pytest.fixture
def pool() -> Iterator[ParserPool]:
    pool = ParserPool(size=2, timeout=10)
    yield pool
    pool.close()


_older: set[psutil.Process] = set()


@pytest.fixture(autouse=True)
def only_own_children() -> None:
    """Leave out the children that other tests of this process have started."""
    _older.clear()
    _older.update(psutil.Process().children())


def children() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if child not in _older and is_parser(child)]


def is_parser(process: psutil.Process) -> bool:
    try:
        return "gateway.mail.parser_process" in process.cmdline()
    except (psutil.ZombieProcess, psutil.NoSuchProcess):
        return False


def test_it_answers_as_the_parser_does(pool: ParserPool) -> None:
    assert pool.parse(ORDINARY) == parse(ORDINARY)
    assert pool.document(ORDINARY).kind == "text"


def test_it_passes_the_trusted_servers_on(pool: ParserPool) -> None:
    raw = b"Authentication-Results: gw; spf=pass\n\n"
    assert pool.parse(raw, trusted_authserv_ids={"gw"}).authentication_results[0].result == "pass"
    assert pool.parse(raw).authentication_results == ()


def test_it_keeps_its_child_and_replaces_it_after_a_number_of_messages() -> None:
    pool = ParserPool(size=1, recycle_after=2)
    try:
        pool.parse(ORDINARY)
        (first,) = children()
        pool.parse(ORDINARY)
        pool.parse(ORDINARY)
        (second,) = children()
        assert first != second
    finally:
        pool.close()
    assert children() == []


def test_it_survives_the_death_of_an_idle_child(pool: ParserPool) -> None:
    pool.parse(ORDINARY)
    (child,) = children()
    child.kill()
    assert pool.parse(ORDINARY) == parse(ORDINARY)


def test_it_stops_after_its_limit_and_returns_the_header_lines() -> None:
    pool = ParserPool(size=1, timeout=0.02)
    try:
        began = time.monotonic()
        # Starting a child alone takes longer than this limit.
        message = pool.parse(ENVELOPE + b"\r\nbody")
        assert time.monotonic() - began < 20
    finally:
        pool.close()
    assert message.subject == "hello"
    assert message.from_address == "mallory@evil.example"
    assert message.defects == ("Reading this message was stopped after 0.02 seconds.",)
    assert children() == []


def test_it_salvages_a_message_that_kills_its_child_time_and_again(pool: ParserPool) -> None:
    stop = threading.Event()

    def kill_every_child() -> None:
        while not stop.is_set():
            for child in children():
                child.kill()
            time.sleep(0.005)

    killer = threading.Thread(target=kill_every_child)
    killer.start()
    try:
        message = pool.parse(ENVELOPE + b"\r\nbody")
        page = pool.document(ENVELOPE + b"\r\nbody")
    finally:
        stop.set()
        killer.join()
    assert message.subject == "hello"
    assert message.defects == ("Reading this message broke its parser.",)
    assert page.notes == ("This message could not be prepared for preview (its parser broke).",)
    assert pool.parse(ORDINARY) == parse(ORDINARY)


def test_threads_share_its_children(pool: ParserPool) -> None:
    results = []

    def work() -> None:
        results.extend(pool.parse(ORDINARY) for _ in range(10))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [parse(ORDINARY)] * 60
    assert len(children()) <= 2


def test_children_die_with_their_parent() -> None:
    program = (
        "import sys\nfrom gateway.mail.isolation import ParserPool\npool = ParserPool(size=1)\npool.parse(b'a: b')\n"
        "print(pool._idle[0]._process.pid, flush=True)\nsys.stdin.read()"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    assert parent.stdin is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdin.close()
    parent.stdout.close()
    for _ in range(100):
        try:
            if psutil.Process(child).status() == psutil.STATUS_ZOMBIE:
                return
        except psutil.NoSuchProcess:
            return
        time.sleep(0.05)
    pytest.fail("the child outlived its parent")


def test_the_child_has_a_bare_environment_and_no_django() -> None:
    program = "import sys, gateway.mail.parser_process; print('django' in sys.modules)"
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, env=environment)
    assert answer.stdout.strip() == b"False"
