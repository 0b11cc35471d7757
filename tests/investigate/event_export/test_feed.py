"""Numbers of events: in the order of commits, each thing once, also when several workers add at the same time."""

import threading

import pytest
from django.db import connection
from django.utils import timezone

from investigate.event_export.feed import NewEvent, events_add
from investigate.event_export.models import Event
from investigate.event_export.states import Kind
from tests.investigate.console import api

__all__ = ["api"]


def new(*keys) -> list[NewEvent]:
    return [NewEvent(Kind.ALERTS, (key,), at=timezone.now(), fields={}) for key in keys]


def test_the_same_thing_is_an_event_once(api, db):
    assert events_add(new("a", "b", "a")) == 2
    assert events_add(new("b", "c")) == 1
    assert list(Event.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_parts_of_a_key_are_told_apart(api, db):
    events_add([NewEvent(Kind.ALERTS, ("a", "b"), at=None), NewEvent(Kind.ALERTS, ("ab",), at=None)])
    events_add([NewEvent(Kind.AUDIT, ("a", "b"), at=None)])
    assert Event.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_workers_at_the_same_time_leave_no_gap_and_nobody_sees_a_later_number_first(api):
    seen, trouble, over = [], [], threading.Event()

    def add(name: str) -> None:
        try:
            for number in range(40):
                events_add(new(f"{name} {number}", f"both {number}"))
        except Exception as error:
            trouble.append(error)
        finally:
            connection.close()

    def watch() -> None:
        while not over.is_set():
            seen.append(list(Event.objects.order_by("number").values_list("number", flat=True)))
        connection.close()

    watcher = threading.Thread(target=watch)
    watcher.start()
    workers = [threading.Thread(target=add, args=(f"worker {place}",)) for place in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    over.set()
    watcher.join()
    assert trouble == []
    assert list(Event.objects.values_list("number", flat=True)) == list(range(1, 161))
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in seen)
