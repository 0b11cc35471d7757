"""Writers of SQLite take turns, and what another process has locked is waited for."""

import sqlite3
import threading
import time

import pytest
from django.contrib.auth import get_user_model
from django.db import OperationalError, connections, transaction

from dashboard.sqlite_in_turns import base
from dashboard.sqlite_in_turns.turns import turn_of

ALIAS = "default"
People = get_user_model()
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def sqlite_alone():
    if connections[ALIAS].vendor != "sqlite":
        pytest.skip("PostgreSQL has no such lock")


def file_name():
    return connections[ALIAS].settings_dict["NAME"]


def is_free():
    turn = turn_of(file_name())
    if not turn._lock.acquire(blocking=False):
        return False
    turn.give_back()
    return True


def in_thread(call):
    """Return a started thread that closes its connection at its end."""

    def run():
        try:
            call()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_a_transaction_has_the_turn_until_it_ends_however_it_ends():
    with transaction.atomic(using=ALIAS):
        assert not is_free()
    assert is_free()
    with pytest.raises(ZeroDivisionError), transaction.atomic(using=ALIAS):
        raise ZeroDivisionError
    assert is_free()
    with pytest.raises(ZeroDivisionError), transaction.atomic(using=ALIAS):
        connections[ALIAS].close()
        raise ZeroDivisionError
    assert is_free()


def test_a_second_writer_waits_for_the_first_in_a_transaction_and_outside_of_one():
    for second in (
        lambda: People.objects.filter(pk=0).update(first_name="A"),
        lambda: transaction.atomic(using=ALIAS).__enter__(),
    ):
        begun, done = threading.Event(), threading.Event()

        def write(second=second, begun=begun, done=done):
            begun.set()
            second()
            done.set()

        with transaction.atomic(using=ALIAS):
            thread = in_thread(write)
            assert begun.wait(10)
            assert not done.wait(0.2)
        assert done.wait(10)
        thread.join(10)
        assert is_free()


def test_what_another_process_has_locked_is_waited_for_and_given_up_in_the_end(monkeypatch):
    other = sqlite3.connect(file_name(), isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.3, lambda: other.execute("ROLLBACK")).start()
    began = time.monotonic()
    with transaction.atomic(using=ALIAS):
        assert time.monotonic() - began > 0.2
    other.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr(base, "LONGEST_WAIT", 0.2)
    with pytest.raises(OperationalError, match="locked"), transaction.atomic(using=ALIAS):
        pass
    assert is_free()
    other.close()


def test_readers_need_no_turn():
    with transaction.atomic(using=ALIAS):
        found = []
        in_thread(lambda: found.append(People.objects.count())).join(10)
        assert len(found) == 1


def test_what_is_cut_off_while_it_begins_leaves_no_transaction_open(monkeypatch):
    begin = base._begin_soon

    def cut_off(connection):
        begin(connection)
        raise KeyboardInterrupt

    monkeypatch.setattr(base, "_begin_soon", cut_off)
    with pytest.raises(KeyboardInterrupt), transaction.atomic(using=ALIAS):
        pass
    assert not connections[ALIAS].connection.in_transaction
    assert is_free()
    monkeypatch.undo()
    with transaction.atomic(using=ALIAS):
        assert connections[ALIAS].connection.execute("PRAGMA busy_timeout").fetchone()[0] == base.LONGEST_WAIT * 1000
