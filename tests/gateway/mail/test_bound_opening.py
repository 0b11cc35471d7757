"""Opening files ends: after its time, whatever a library does, and with what was found so far."""

import threading
import time

import pytest

from gateway.mail.containers.budget import Budget, OutOfTime


def test_work_that_takes_too_long_is_interrupted() -> None:
    began = time.process_time()

    def work() -> None:
        while True:
            pass

    with pytest.raises(OutOfTime):
        Budget(seconds=0.2).run(work)
    assert time.process_time() - began < 0.2


def test_what_swallows_every_exception_is_interrupted_again() -> None:
    def work() -> None:
        try:
            while True:
                pass
        except BaseException:
            while True:
                pass

    with pytest.raises(OutOfTime):
        Budget(seconds=0.1).run(work)


def test_a_file_that_takes_forever_leaves_time_for_the_next() -> None:
    budget = Budget(seconds=0.4)
    with pytest.raises(OutOfTime):
        budget.run(lambda: [None for _ in iter(int, 1)])
    assert budget.run(lambda: "read") == "read"


def test_nothing_is_started_after_the_time() -> None:
    with pytest.raises(OutOfTime):
        Budget(seconds=-1).run(lambda: "read")


def test_other_threads_work_without_a_timer() -> None:
    found: list[str] = []
    thread = threading.Thread(target=lambda: found.append(Budget().run(lambda: "read")))
    thread.start()
    thread.join()
    assert found == ["read"]


def test_bytes_are_taken_once() -> None:
    budget = Budget(size=10)
    assert budget.take(10)
    assert not budget.take(1)
    assert budget.take(0)
