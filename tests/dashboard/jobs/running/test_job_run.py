"""Running a job: what is sent, and what comes of it."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from dashboard.jobs.models import Job, JobItem, JobOutcome
from dashboard.jobs.running.run import job_run
from dashboard.jobs.selectors import job_progress
from dashboard.models import AuditEntry
from tests.dashboard.jobs.conftest import run, states
from tests.dashboard.jobs.fake_api import (
    FakeApi,
    enveloped,
)


def test_a_release_is_done_in_chunks_with_an_outcome_for_each_recipient(api: FakeApi, release, settings) -> None:
    settings.GATEHOUSE_JOB_CHUNK = 2
    job = run(release(5, recipients=["anna@acme.example", "ben@acme.example"]))
    assert job.state == "completed"
    assert job.is_finished
    assert [len(ids) for ids in api.writes] == [2, 2, 1]
    assert states(job) == ["done"] * 5
    outcomes = JobOutcome.objects.filter(item__job=job, item__investigate_id=api.writes[0][0])
    assert sorted(outcomes.values_list("recipient", "success", "status")) == [
        ("anna@acme.example", True, "delivered"),
        ("ben@acme.example", True, "delivered"),
    ]
    entry = AuditEntry.objects.get(action="job_finish")
    assert (entry.outcome, entry.detail["done"]) == ("done", 5)


def test_a_move_goes_where_the_job_says(api: FakeApi, move) -> None:
    job = run(move(3))
    assert job.state == "completed"
    assert {mail.folder for mail in api.mail.values()} == {"JunkEmail"}
    assert set(JobOutcome.objects.values_list("destination", flat=True)) == {"JunkEmail"}


def test_moving_a_held_message_fails_and_says_why(api: FakeApi, move) -> None:
    job = move(3)
    list(api.mail.values())[1].held = True
    run(job)
    assert (job.state, states(job)) == ("partial", ["done", "failed", "done"])
    item = job.items.get(state="failed")
    assert item.error_code == "not_in_mailbox"
    assert "held" in item.error
    assert not item.outcomes.get().success


def test_a_job_of_which_nothing_succeeds_has_failed(move) -> None:
    job = run(move(2, held=True))
    assert (job.state, states(job)) == ("failed", ["failed", "failed"])
    assert AuditEntry.objects.get(action="job_finish").outcome == "failed"


def test_one_recipient_that_fails_makes_the_message_fail(api: FakeApi, release) -> None:
    job = release(1, recipients=["anna@acme.example", "ben@acme.example"])
    mail = next(iter(api.mail.values()))
    answer = {"id": mail.id, "delivered": ["anna@acme.example"], "failed": ["ben@acme.example"]}
    api.faults = [lambda _api, _request: enveloped([answer])]
    run(job)
    item = job.items.get()
    assert (item.state, item.error_code) == ("failed", "some_recipients")
    assert dict(item.outcomes.values_list("recipient", "success")) == {
        "anna@acme.example": True,
        "ben@acme.example": False,
    }


def test_running_a_finished_job_again_does_nothing(api: FakeApi, release) -> None:
    job = run(release(3))
    assert job_run(job.pk) is None
    assert len(api.writes) == 1
    assert AuditEntry.objects.filter(action="job_finish").count() == 1


def test_a_job_runs_only_on_the_backend_that_it_was_made_for(api: FakeApi, release, settings) -> None:
    job = release(2)
    settings.CLOUDFLARE_BASE_URL = "https://other.example/client/v4"
    run(job)
    assert (job.state, states(job), api.writes) == ("failed", ["failed"] * 2, [])
    assert "another backend" in job.error
    assert job.items.first().error_code == "backend_changed"


def test_progress_is_a_query_over_rows(release, django_assert_num_queries) -> None:
    job = release(4)
    JobItem.objects.filter(pk=job.items.first().pk).update(state="done")
    job.state, job.started_at = "running", timezone.now() - timedelta(seconds=10)
    with django_assert_num_queries(1):
        progress = job_progress(job)
    assert (progress.percent, progress.done, progress.waiting, progress.settled) == (25, 1, 3, 1)
    assert progress.time_left is not None
    assert 29 < progress.time_left.total_seconds() < 32


def test_no_transaction_is_open_while_the_api_is_asked(api: FakeApi, release, django_db_blocker) -> None:
    from django.db import connection

    job = release(1)
    depth = len(connection.savepoint_ids)
    seen = []
    api.faults = [lambda _api, _request: seen.append(len(connection.savepoint_ids))]
    run(job)
    assert seen == [depth]


def test_an_action_of_another_version_is_left_undone(api: FakeApi, release) -> None:
    job = release(2)
    Job.objects.filter(pk=job.pk).update(action="explode")
    run(job)
    assert (job.state, states(job), api.writes) == ("failed", ["failed"] * 2, [])
