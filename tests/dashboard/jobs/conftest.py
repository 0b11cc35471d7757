"""A console whose API is the fake one, with people of each role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TypeVar

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from dashboard.jobs.models import Job, JobItem
from dashboard.jobs.running.run import job_run
from dashboard.jobs.selections.models import Selection
from dashboard.jobs.services import job_create
from dashboard.people.services import people_ensure
from dashboard.walking.models import Walk
from dashboard.walking.running import walk_run
from tests.dashboard.jobs import fake_api
from tests.dashboard.jobs.fake_api import FakeApi
from tests.signing_in import sign_in

W = TypeVar("W", bound=Walk)


@pytest.fixture(autouse=True)
def _console(settings, db) -> None:
    settings.GATEHOUSE_API_TRANSPORT = "tests.dashboard.jobs.fake_api.transport"
    settings.GATEWAY_EMBEDDED = True
    # A pause that the API asked for is kept in Redis, where it would hold up the next test's job.
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.GATEHOUSE_JOB_CHUNK = 100
    settings.GATEHOUSE_JOB_LEASE = 60


@pytest.fixture
def elsewhere(settings) -> None:
    """The backend is not our own gateway."""
    settings.GATEWAY_EMBEDDED = False


@pytest.fixture
def api() -> Iterator[FakeApi]:
    fake_api.current = FakeApi()
    yield fake_api.current
    assert not [fault for fault in fake_api.current.faults if fault], "An expected write never came."


@pytest.fixture
def person() -> Callable[[str], User]:
    return lambda role: people_ensure(username=f"a-{role}", password="long enough to be one", role=role)[0]


@pytest.fixture
def analyst(person) -> User:
    return person("analyst")


@pytest.fixture
def browser(client: Client) -> Callable[[User | None], Client]:
    def signed_in(user: User | None) -> Client:
        if user is not None:
            sign_in(client, user)
        return client

    return signed_in


@pytest.fixture
def release(api: FakeApi, analyst: User) -> Callable[..., Job]:
    """Make a job that releases so many held messages."""

    def make(count: int = 3, **settings) -> Job:
        mails = [api.add(number, **settings) for number in range(count)]
        return job_create(user=analyst, action="release", ids=[mail.id for mail in mails])

    return make


@pytest.fixture
def move(api: FakeApi, analyst: User) -> Callable[..., Job]:
    """Make a job that moves so many delivered messages to the junk folder."""

    def make(count: int = 3, *, held: bool = False, **settings) -> Job:
        mails = [api.add(number, held=held, **settings) for number in range(count)]
        return job_create(user=analyst, action="move", destination="JunkEmail", ids=[mail.id for mail in mails])

    return make


def run(job: Job) -> Job:
    """Run one slice of the job."""
    job_run(job.pk)
    job.refresh_from_db()
    return job


def later(job: Job) -> None:
    """Let the time pass for which the job, its leases and its readings back wait."""
    past = timezone.now() - timedelta(seconds=1)
    Job.objects.filter(pk=job.pk, not_before__isnull=False).update(not_before=past)
    Job.objects.filter(pk=job.pk).update(look_after=past)
    JobItem.objects.filter(job=job, check_after__isnull=False).update(check_after=past)
    JobItem.objects.filter(job=job, lease_until__isnull=False).update(lease_until=past)


def run_to_the_end(job: Job, *, slices: int = 40) -> Job:
    """Run the job as the workers would, until it is finished."""
    for _ in range(slices):
        if run(job).is_finished:
            return job
        later(job)
    raise AssertionError(f"The job is still {job.state} after {slices} slices.")


def gather(selection: Selection, *, slices: int = 10) -> Selection:
    """Complete a selection as the workers would."""
    return walked(selection, slices=slices)


def walked(walk: W, *, slices: int = 10) -> W:
    """Carry a walk out as the workers would, until it ends."""
    for _ in range(slices):
        walk_run(walk._meta.label_lower, walk.pk)
        walk.refresh_from_db()
        if not walk.is_active:
            return walk
        type(walk).objects.filter(pk=walk.pk).update(not_before=None, lease_until=None)
    raise AssertionError(f"The walk is still {walk.state} after {slices} slices.")


def states(job: Job) -> list[str]:
    return list(job.items.order_by("id").values_list("state", flat=True))
