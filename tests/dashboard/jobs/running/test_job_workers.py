"""Several workers at one job, and workers that are lost."""

from __future__ import annotations

import httpx
import pytest

from dashboard.jobs.models import Job, JobOutcome
from dashboard.jobs.running.claim import claim_pending
from dashboard.jobs.running.recover import jobs_recover
from dashboard.jobs.running.run import job_run
from dashboard.models import AuditEntry
from tests.dashboard.jobs.conftest import later, run, states
from tests.dashboard.jobs.fake_api import (
    FakeApi,
)


def test_a_second_worker_takes_other_items_while_the_first_waits_for_its_answer(api, release, settings) -> None:
    settings.GATEHOUSE_JOB_CHUNK = 2
    job = release(6)

    def second_worker(api: FakeApi, request: httpx.Request) -> None:
        job_run(job.pk)

    api.faults = [second_worker]
    run(job)
    assert job.state == "completed"
    assert sorted(one for ids in api.writes for one in ids) == sorted(api.mail)
    assert all(api.released(mail) == 1 for mail in api.mail.values())
    assert AuditEntry.objects.filter(action="job_finish").count() == 1


def test_items_are_marked_as_sent_before_the_call(api: FakeApi, release) -> None:
    job = release(3)
    seen: list[list[str]] = []
    api.faults = [lambda _api, _request: seen.append(states(job))]
    run(job)
    assert seen == [["sent"] * 3]
    assert set(job.items.values_list("attempts", "claimed_by", "lease_until")) == {(1, "", None)}


def test_a_claim_that_was_never_sent_is_taken_up_by_another_worker(api: FakeApi, release) -> None:
    job = release(3)
    claim = claim_pending(job, at_most=1000)
    assert claim is not None
    assert states(job) == ["claimed"] * 3
    assert jobs_recover() == []
    assert states(job) == ["claimed"] * 3
    assert run(job).state == "running"
    assert api.writes == []
    later(job)
    assert jobs_recover() == [job]
    assert states(job) == ["pending"] * 3
    assert run(job).state == "completed"
    assert job.items.filter(attempts=1).count() == 3


def abandoned(job: Job) -> None:
    """Leave a job as a worker does that dies while the API is asked."""
    with pytest.raises(KeyboardInterrupt):
        job_run(job.pk)
    assert set(states(job)) == {"sent"}
    later(job)
    assert jobs_recover() == []
    assert set(states(job)) == {"unknown"}
    later(job)
    assert jobs_recover() == [job]


def dies_after_acting(api: FakeApi, request: httpx.Request) -> httpx.Response:
    api.act(request)
    raise KeyboardInterrupt


def dies_before_acting(api: FakeApi, request: httpx.Request) -> httpx.Response:
    raise KeyboardInterrupt


@pytest.mark.parametrize("kind", ["release", "move"])
def test_what_a_lost_worker_had_done_is_not_done_again(api: FakeApi, request, kind: str) -> None:
    job = request.getfixturevalue(kind)(3)
    api.faults = [dies_after_acting]
    abandoned(job)
    run(job)
    assert (job.state, states(job)) == ("completed", ["done"] * 3)
    assert len(api.writes) == 1
    assert set(JobOutcome.objects.values_list("status", "success")) == {("read back", True)}


@pytest.mark.parametrize("kind", ["release", "move"])
def test_what_a_lost_worker_had_not_done_is_done_once(api: FakeApi, request, kind: str) -> None:
    job = request.getfixturevalue(kind)(3)
    api.faults = [dies_before_acting]
    abandoned(job)
    run(job)
    assert (job.state, states(job)) == ("completed", ["done"] * 3)
    assert all(api.released(mail) + api.moved(mail) == 1 for mail in api.mail.values())


def test_a_late_answer_still_counts(api: FakeApi, release) -> None:
    job = release(2)

    def slow(api: FakeApi, request: httpx.Request) -> httpx.Response:
        answer = api.act(request)
        later(job)
        jobs_recover()
        assert set(states(job)) == {"unknown"}
        return answer

    api.faults = [slow]
    run(job)
    assert (job.state, api.reads) == ("completed", [])


def test_a_job_that_nobody_came_for_is_told_of_once(release) -> None:
    job = release(2)
    assert jobs_recover() == []
    later(job)
    assert jobs_recover() == [job]
    assert jobs_recover() == []
    assert run(job).state == "completed"


def test_a_job_that_a_worker_is_busy_with_needs_no_other(api: FakeApi, release, settings) -> None:
    settings.GATEHOUSE_JOB_CHUNK = 1
    job = release(3)
    told: list[list[Job]] = []
    later(job)
    api.faults = [lambda _api, _request: told.append(jobs_recover())] * 3
    run(job)
    assert told == [[], [], []]
