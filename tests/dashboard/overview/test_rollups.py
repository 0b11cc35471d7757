"""The rollups of each day equal a naive count, after kills, late arrivals and reclassification."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone

from api_client import NEVER
from dashboard import backend
from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import SYSTEM
from dashboard.audit.services import record
from dashboard.overview import rollups
from dashboard.overview.models import DayFigures, DayWalk
from dashboard.overview.rollups import days_of, rollups_update
from dashboard.walking.running import walk_run
from tests.dashboard.overview.days import LABEL, days_back, kept, mail, naive, serve, work

pytestmark = pytest.mark.django_db
STEP = timedelta(hours=2, minutes=7)


@pytest.fixture
def now():
    return timezone.now().replace(microsecond=0)


@pytest.fixture
def messages(api, now):
    """Sixty messages over the last days, in the API."""
    made = mail(60, now=now, step=STEP)
    serve(made)
    return made


def all_days_agree(messages, now):
    for day in days_back(now, 8):
        assert kept(day=day) == naive(messages, day=day), day
    assert DayFigures.objects.filter(as_of__isnull=False).count() == rollups.DAYS


def make_old(**ages):
    """Pretend that every day was counted so long ago."""
    DayFigures.objects.update(as_of=timezone.now() - timedelta(**ages))


def test_every_day_equals_a_naive_count(every_day, messages, now):
    work()
    assert every_day == 90
    all_days_agree(messages, now)


def test_hours_are_those_of_utc(messages, now):
    work()
    for one in messages[:20]:
        at = datetime.fromisoformat(one["scanned_at"]).astimezone(UTC)
        hours = DayFigures.objects.get(day=at.date()).hours
        assert hours[f"{at:%H}"]["disposition"][one["final_disposition"]] >= 1


def test_the_last_second_of_a_day_belongs_to_it(api, now):
    yesterday = days_back(now, 2)[1]
    end = datetime.combine(yesterday, time(23, 59, 59, 400_000), tzinfo=UTC)
    midnight = datetime.combine(yesterday, time.min, tzinfo=UTC)
    made = mail(2, now=end + timedelta(seconds=1), step=timedelta(seconds=1))
    made[1]["scanned_at"] = midnight.isoformat()
    serve(made)
    work()
    assert sum(kept(day=yesterday)["disposition"].values()) == 2


def test_nothing_is_due_right_after(messages):
    work()
    assert rollups_update() is None


def test_recent_days_are_counted_again_after_minutes_and_old_ones_after_a_day(messages, now):
    work()
    make_old(minutes=6)
    walks = set()
    while walk := rollups_update():
        walks.add(walk.day)
        walk_run(LABEL, walk.pk)
    assert walks == set(days_back(now, 3))
    make_old(hours=25)
    work()
    assert not DayFigures.objects.filter(as_of__lt=timezone.now() - timedelta(hours=1)).exists()


def test_late_arrivals_and_new_verdicts_are_counted_the_next_time(messages, now):
    work()
    messages[2]["final_disposition"] = "NONE"
    messages[30]["final_disposition"] = "MALICIOUS"
    late = mail(61, now=now, step=STEP)[-1] | {"scanned_at": messages[40]["scanned_at"]}
    messages.append(late)
    serve(messages)
    make_old(hours=25)
    work()
    all_days_agree(messages, now)


def test_a_worker_that_is_killed_in_the_middle_of_a_day_counts_nothing_twice(messages, now, monkeypatch):
    monkeypatch.setattr(rollups.DayConsumer, "per_page", 4)
    kept_before, deaths = rollups.DayConsumer.consume, []

    def die_sometimes(self, walk, found):
        kept_before(self, walk, found)
        seen, _tallies = found
        if seen and seen[-1].id not in deaths:
            deaths.append(seen[-1].id)
            raise KeyboardInterrupt

    monkeypatch.setattr(rollups.DayConsumer, "consume", die_sometimes)
    for _ in range(400):
        walk = rollups_update() or DayWalk.objects.filter(finished_at=None).first()
        if walk is None:
            break
        try:
            walk_run(LABEL, walk.pk)
        except KeyboardInterrupt:
            DayWalk.objects.filter(pk=walk.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert len(deaths) > 5
    all_days_agree(messages, now)


def test_a_day_that_we_acted_on_is_counted_at_once(messages, now):
    work()
    make_old(minutes=2)
    old = messages[50]
    record(
        actor=SYSTEM,
        action=AuditAction.RECLASSIFY,
        object_kind="message",
        object_id=old["id"],
        outcome=Outcome.DONE,
    )
    walk = rollups_update()
    assert walk is not None
    assert walk.day == datetime.fromisoformat(old["scanned_at"]).astimezone(UTC).date()


def test_one_walk_at_a_time(messages):
    assert rollups_update() is not None
    assert rollups_update() is None


def test_a_day_that_the_api_gives_only_in_part_says_so(messages, now, monkeypatch):
    monkeypatch.setattr(backend, "BACKGROUND", NEVER)
    monkeypatch.setattr(backend, "_clients", {})
    yesterday = days_back(now, 2)[1]
    broken = datetime.combine(yesterday, time(12), tzinfo=UTC)
    serve(messages).fails = lambda start, end: start <= broken <= end
    work()
    assert [row.day for row in DayFigures.objects.filter(is_complete=False)] == [yesterday]


def test_days_are_read_from_ids():
    ids = ["4Njp3P0STMz2c02Q-2024-01-05T10:00:00-12345678", "4Njp3P0STMz2c02Q", "x-2024-13-05T10:00:00-1", ""]
    assert {day.isoformat() for day in days_of(ids)} == {"2024-01-05"}
