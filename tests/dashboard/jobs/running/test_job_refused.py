"""What a job does when the API refuses, fails, or is away."""

from __future__ import annotations

import httpx
import pytest

from dashboard.jobs.models import Job
from dashboard.jobs.running.recover import jobs_recover
from dashboard.jobs.running.run import HOLDUPS_AT_MOST, READS, job_run
from tests.dashboard.jobs.conftest import later, run, run_to_the_end, states
from tests.dashboard.jobs.fake_api import (
    FakeApi,
    answering,
    lost_after_acting,
    refused,
    unreachable,
)


def test_a_poisoned_chunk_is_split_until_the_culprit_stands_alone(api: FakeApi, release) -> None:
    job = release(16)
    culprit = list(api.mail)[5]
    del api.mail[culprit]
    run(job)
    assert job.state == "partial"
    assert list(job.items.exclude(state="done").values_list("investigate_id", "state", "error_code")) == [
        (culprit, "failed", "400")
    ]
    assert f"There is no message {culprit}." in job.items.get(state="failed").error
    assert len(api.writes) <= 10
    assert all(api.released(mail) == 1 for mail in api.mail.values())


def test_an_item_that_makes_the_server_fail_does_not_take_the_others_with_it(api: FakeApi, release) -> None:
    job = release(20)
    culprit = list(api.mail)[7]

    def poisoned(api: FakeApi, request: httpx.Request) -> httpx.Response | None:
        return refused(500, "Internal") if culprit in api.writes[-1] else None

    api.faults = [poisoned] * 100
    run_to_the_end(job)
    api.faults.clear()
    assert job.items.filter(state="done").count() == 19
    item = job.items.get(investigate_id=culprit)
    assert (item.state, item.error_code, item.attempts) == ("failed", "never_shown", 5)


def test_a_rate_limit_is_waited_out_without_a_worker(api: FakeApi, release) -> None:
    job = release(3)
    api.faults = [answering(429, "Too many requests", retry_after="42")]
    again = job_run(job.pk)
    assert again is not None
    assert 40 < again <= 42
    assert states(job) == ["pending"] * 3
    assert set(job.items.values_list("attempts", flat=True)) == {0}
    assert job_run(job.pk) > 40
    assert jobs_recover() == []
    assert len(api.writes) == 1
    run_to_the_end(job)
    assert (job.state, job.error) == ("completed", "")


def test_an_api_that_can_not_be_reached_is_tried_again_with_growing_pauses(api: FakeApi, release) -> None:
    job = release(3)
    api.faults = [unreachable, unreachable, unreachable]
    pauses = []
    for _ in range(3):
        pauses.append(job_run(job.pk))
        later(job)
    assert [round(pause) for pause in pauses] == [1, 2, 4]
    run_to_the_end(job)
    assert (job.state, job.holdups) == ("completed", 0)


def test_an_api_that_stays_away_fails_the_job_in_the_end(api: FakeApi, release) -> None:
    job = release(3)
    api.faults = [unreachable] * HOLDUPS_AT_MOST
    run_to_the_end(job)
    assert (job.state, states(job)) == ("failed", ["failed"] * 3)
    assert "could not be reached" in job.items.first().error


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_of_the_consoles_key_fails_the_job_without_asking_for_each_message(api, release, status) -> None:
    job = release(10)
    api.faults = [answering(status, "Invalid token")]
    run(job)
    assert (job.state, len(api.writes)) == ("failed", 1)
    assert "Invalid token" in job.error


def test_reading_back_waits_as_well_when_the_api_is_away(api: FakeApi, release) -> None:
    job = release(3)
    api.faults = [lost_after_acting]
    run(job)
    later(job)
    api.read_faults = [unreachable] * READS.attempts
    assert job_run(job.pk) > 0
    assert set(states(job)) == {"unknown"}
    run_to_the_end(job)
    assert (job.state, len(api.writes)) == ("completed", 1)


def test_a_short_hiccup_while_reading_back_is_bridged(api: FakeApi, release) -> None:
    job = release(3)
    api.faults = [lost_after_acting]
    run(job)
    later(job)
    api.read_faults = [unreachable, None, unreachable]
    assert (run(job).state, job.holdups, len(api.writes)) == ("completed", 0, 1)


def test_a_holdup_after_something_got_through_is_the_first_in_a_row(api: FakeApi, release) -> None:
    job = release(3)
    api.faults = [lost_after_acting]
    run(job)
    later(job)
    Job.objects.filter(pk=job.pk).update(holdups=7)
    api.read_faults = [None, None, *[unreachable] * READS.attempts]
    assert job_run(job.pk) <= 1
    job.refresh_from_db()
    assert (job.holdups, states(job)) == (1, ["done", "unknown", "unknown"])
