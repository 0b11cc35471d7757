"""How long mail had been there when jobs acted on it: the newest of it, read once for every range."""

from datetime import timedelta

import pytest
from django.utils import timezone

from dashboard.jobs.services import job_create
from dashboard.jobs.snapshot import Snapshot
from dashboard.jobs.states import ItemState
from dashboard.overview import time_to_act
from dashboard.overview.time_to_act import times_to_act
from dashboard.people.services import people_ensure

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(microsecond=0)
SINCE = {"day": NOW - timedelta(days=1), "week": NOW - timedelta(days=7)}


def acted(spans: list[tuple[timedelta, timedelta]], *, state: str = ItemState.DONE) -> None:
    """Have a job act on a message for each (how long ago, after which time)."""
    person = people_ensure(username="ben", password="long enough to be one", role="analyst")[0]
    snapshots = [
        Snapshot(id=f"m{number}", received=(NOW - ago - after).isoformat()) for number, (ago, after) in enumerate(spans)
    ]
    job = job_create(user=person, action="move", destination="JunkEmail", snapshots=snapshots, reason="a test")
    type(job).objects.filter(pk=job.pk).update(created_at=NOW - max(ago for ago, _ in spans))
    for item, (ago, _) in zip(job.items.order_by("id"), spans, strict=True):
        job.items.filter(pk=item.pk).update(state=state, attempted_at=NOW - ago)


def minutes(*numbers: int) -> list[timedelta]:
    return [timedelta(minutes=number) for number in numbers]


def test_each_range_has_its_own_median_and_95th_percentile():
    recent = [(timedelta(hours=number), after) for number, after in enumerate(minutes(*range(20, 0, -1)), 1)]
    older = [(timedelta(days=3), after) for after in minutes(100, 200)]
    acted([*older, *reversed(recent)])
    found = times_to_act(SINCE)
    assert found["day"] == {"count": 20, "median": 600.0, "p95": 19 * 60.0, "is_partial": False}
    assert found["week"] == {"count": 22, "median": 660.0, "p95": 100 * 60.0, "is_partial": False}


def test_what_is_not_done_or_has_no_time_of_arrival_does_not_count():
    acted([(timedelta(hours=1), timedelta(minutes=5))], state=ItemState.FAILED)
    acted([(timedelta(hours=1), timedelta(minutes=5))])
    person = people_ensure(username="ben", password="long enough to be one", role="analyst")[0]
    job = job_create(user=person, action="move", destination="JunkEmail", ids=["unknown"], reason="a test")
    job.items.update(state=ItemState.DONE, attempted_at=NOW)
    assert times_to_act(SINCE)["day"]["count"] == 1


def test_nothing_acted_on_has_no_figures():
    assert times_to_act(SINCE)["week"] == {"count": 0, "median": None, "p95": None, "is_partial": False}


def test_only_the_range_that_holds_more_than_is_read_is_partial(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(time_to_act, "READ_AT_MOST", 3)
    acted([(timedelta(days=3), after) for after in minutes(1, 2, 3)])
    acted([(timedelta(hours=1), after) for after in minutes(7, 9)])
    with django_assert_num_queries(1):
        found = times_to_act(SINCE)
    assert found["day"] == {"count": 2, "median": 420.0, "p95": 540.0, "is_partial": False}
    assert found["week"]["is_partial"]
