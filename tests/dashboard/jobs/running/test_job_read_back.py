"""An outcome that nobody knows is read back before anything is repeated."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from django.utils import timezone

from dashboard.jobs.running.recover import jobs_recover
from tests.dashboard.jobs.conftest import later, run, run_to_the_end, states
from tests.dashboard.jobs.fake_api import (
    FakeApi,
    answering,
    enveloped,
    lost_after_acting,
    lost_before_acting,
    refused,
)


@pytest.mark.parametrize("fault", [lost_after_acting, lost_before_acting, answering(500), answering(503)])
@pytest.mark.parametrize("kind", ["release", "move"])
def test_a_lost_answer_is_read_back_first(api: FakeApi, request, kind: str, fault) -> None:
    job = request.getfixturevalue(kind)(3)
    api.faults = [fault]
    run(job)
    assert set(states(job)) == {"unknown"}
    assert api.reads == []
    run_to_the_end(job)
    assert (job.state, states(job)) == ("completed", ["done"] * 3)
    assert all(api.released(mail) + api.moved(mail) == 1 for mail in api.mail.values())


def test_a_move_to_another_folder_proves_nothing(api: FakeApi, move) -> None:
    job = move(1)
    mail = next(iter(api.mail.values()))

    def somebody_else_moves(api: FakeApi, request: httpx.Request) -> httpx.Response:
        api._move(mail, "DeletedItems")
        return refused(500, "Internal")

    api.faults = [somebody_else_moves]
    run_to_the_end(job)
    assert mail.folder == "JunkEmail"
    assert len(api.writes) == 2


def test_a_move_from_before_proves_nothing(api: FakeApi, move) -> None:
    job = move(1)
    mail = next(iter(api.mail.values()))
    api._move(mail, "JunkEmail")
    mail.log[0]["completed_at"] = (timezone.now() - timedelta(hours=1)).isoformat()
    mail.folder = "Inbox"
    api.faults = [lost_before_acting]
    run_to_the_end(job)
    assert mail.folder == "JunkEmail"


@pytest.mark.usefixtures("elsewhere")
def test_elsewhere_an_unknown_release_is_never_repeated_by_itself(api: FakeApi, release) -> None:
    job = release(2)
    api.faults = [lost_before_acting]
    run_to_the_end(job)
    assert (job.state, states(job)) == ("failed", ["unknown"] * 2)
    assert len(api.writes) == 1
    item = job.items.first()
    assert item.waits_for_a_person
    assert "twice" in item.error
    assert jobs_recover() == []


@pytest.mark.usefixtures("elsewhere")
def test_elsewhere_a_release_that_shows_is_done(api: FakeApi, release) -> None:
    job = release(2)
    api.faults = [lost_after_acting]
    run(job)
    waits = job.items.first().check_after - timezone.now()
    assert timedelta(seconds=50) < waits <= timedelta(seconds=60)
    run_to_the_end(job)
    assert (job.state, len(api.writes)) == ("completed", 1)


@pytest.mark.usefixtures("elsewhere")
def test_elsewhere_an_unknown_move_may_be_repeated(api: FakeApi, move) -> None:
    job = move(2)
    api.faults = [lost_before_acting]
    run_to_the_end(job)
    assert (job.state, len(api.writes)) == ("completed", 2)


@pytest.mark.usefixtures("elsewhere")
def test_a_move_that_no_log_can_prove_ends_before_a_person(api: FakeApi, move) -> None:
    job = move(1)
    api.has_action_log = api.has_embedded_log = False
    api.faults = [lost_before_acting] * 5
    run_to_the_end(job)
    assert states(job) == ["unknown"]
    assert job.items.get().waits_for_a_person


def test_items_that_the_answer_does_not_mention_are_read_back(api: FakeApi, release) -> None:
    job = release(3)

    def forgets_one(api: FakeApi, request: httpx.Request) -> httpx.Response:
        whole = api.act(request).json()["result"]
        return enveloped(whole[:1] + whole[2:] + [{"id": "someone-else", "delivered": ["x@y.example"]}])

    api.faults = [forgets_one]
    run(job)
    assert states(job) == ["done", "unknown", "done"]
    run_to_the_end(job)
    assert (job.state, len(api.writes)) == ("completed", 1)


def accepts_only(api: FakeApi, request: httpx.Request) -> httpx.Response:
    """The release is taken in, and the copies wait."""
    api.act(request)
    mail = next(iter(api.mail.values()))
    mail.delivery_status = ["queued"]
    return enveloped([{"id": mail.id, "undelivered": mail.recipients}])


@pytest.mark.usefixtures("elsewhere")
def test_copies_that_wait_for_delivery_are_waited_for(api: FakeApi, release) -> None:
    job = release(1)
    api.faults = [accepts_only]
    for _ in range(3):
        run(job)
        assert states(job) == ["unknown"]
        later(job)
    next(iter(api.mail.values())).delivery_status = ["delivered"]
    run_to_the_end(job)
    assert (job.state, len(api.writes)) == ("completed", 1)


@pytest.mark.usefixtures("elsewhere")
def test_copies_that_wait_too_long_are_put_before_a_person(api: FakeApi, release) -> None:
    job = release(1)
    api.faults = [accepts_only]
    run_to_the_end(job)
    assert (states(job), len(api.writes)) == (["unknown"], 1)
    assert "still wait" in job.items.get().error


def test_our_own_gateway_is_asked_once_more_to_finish_what_was_cut_off(api: FakeApi, release) -> None:
    job = release(1)
    api.faults = [accepts_only]
    run_to_the_end(job)
    mail = next(iter(api.mail.values()))
    assert (job.state, len(api.writes), api.released(mail)) == ("completed", 2, 1)


def test_a_message_that_is_gone_when_it_is_read_back_has_failed(api: FakeApi, release) -> None:
    job = release(2)
    api.faults = [lost_before_acting]
    run(job)
    gone = api.mail.pop(next(iter(api.mail)))
    run_to_the_end(job)
    assert job.items.get(investigate_id=gone.id).error_code == "404"
    assert job.state == "partial"
