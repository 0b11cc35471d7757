"""Reclassifying many messages: one call for each, and none of them twice."""

from __future__ import annotations

import pytest

from dashboard.audit.actor import SYSTEM
from dashboard.jobs.control import job_pause, job_resume
from dashboard.jobs.models import Job, JobOutcome
from dashboard.jobs.services import job_create
from tests.dashboard.jobs.conftest import run, run_to_the_end, states
from tests.dashboard.jobs.fake_api import FakeApi, answering, lost_after_acting, lost_before_acting


@pytest.fixture
def reclassify(api: FakeApi, analyst):
    def make(count: int = 3) -> Job:
        ids = [api.add(number).id for number in range(count)]
        return job_create(user=analyst, action="reclassify", disposition="SPAM", ids=ids)

    return make


def asked(api: FakeApi) -> list[list[str]]:
    return [[entry["properties"]["requested_disposition"] for entry in mail.log] for mail in api.mail.values()]


def test_each_message_is_asked_for_with_a_call_of_its_own(api: FakeApi, reclassify) -> None:
    job = run(reclassify(30))
    assert (job.state, [len(ids) for ids in api.writes]) == ("completed", [1] * 30)
    assert asked(api) == [["SPAM"]] * 30
    assert set(job.items.values_list("state", "accepted", "proof")) == {("done", True, "place")}
    assert set(JobOutcome.objects.values_list("recipient", "status")) == {("", "submitted")}


def test_a_pause_takes_effect_between_two_messages(api: FakeApi, reclassify) -> None:
    job = reclassify(5)
    api.faults = [None, lambda _api, _request: job_pause(job, actor=SYSTEM) and None]
    assert run(job).state == "paused"
    assert states(job) == ["done", "done", "pending", "pending", "pending"]
    job_resume(job, actor=SYSTEM)
    assert run(job).state == "completed"
    assert asked(api) == [["SPAM"]] * 5


@pytest.mark.parametrize("fault", [lost_after_acting, lost_before_acting])
def test_a_lost_answer_is_read_back_first(api: FakeApi, reclassify, fault) -> None:
    job = reclassify(3)
    api.faults = [None, fault]
    run_to_the_end(job)
    assert (job.state, asked(api)) == ("completed", [["SPAM"]] * 3)


@pytest.mark.usefixtures("elsewhere")
def test_elsewhere_an_unknown_request_is_not_repeated_by_itself(api: FakeApi, reclassify) -> None:
    job = reclassify(3)
    api.faults = [None, lost_before_acting]
    run_to_the_end(job)
    assert (job.state, states(job)) == ("partial", ["done", "unknown", "done"])
    assert job.items.get(state="unknown").waits_for_a_person


def test_one_message_that_is_refused_does_not_stop_the_others(api: FakeApi, reclassify) -> None:
    job = reclassify(3)
    api.faults = [None, answering(400, "Not this one")]
    assert run(job).state == "partial"
    assert states(job) == ["done", "failed", "done"]


def test_a_rate_limit_hands_the_rest_of_the_claim_back(api: FakeApi, reclassify) -> None:
    job = reclassify(4)
    api.faults = [None, answering(429, "Slow down", retry_after="9")]
    run(job)
    assert states(job) == ["done", "pending", "pending", "pending"]
    run_to_the_end(job)
    assert (job.state, asked(api)) == ("completed", [["SPAM"]] * 4)
