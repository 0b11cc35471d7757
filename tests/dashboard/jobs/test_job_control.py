"""Cancelling a job, pausing it, and having what failed tried again."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from django.utils import timezone

from dashboard.audit.actor import SYSTEM
from dashboard.jobs.control import job_cancel, job_pause, job_resume, job_retry
from dashboard.jobs.models import Job
from dashboard.jobs.running.claim import claim_pending
from dashboard.jobs.running.recover import jobs_recover
from dashboard.jobs.selectors import job_progress
from dashboard.models import AuditEntry
from tests.dashboard.jobs.conftest import later, run, run_to_the_end, states
from tests.dashboard.jobs.fake_api import FakeApi, lost_after_acting, lost_before_acting


def test_cancelling_leaves_what_was_not_sent_undone(api: FakeApi, release, settings) -> None:
    settings.GATEHOUSE_JOB_CHUNK = 2
    job = release(6)

    def somebody_cancels(api: FakeApi, request: httpx.Request) -> None:
        assert job_cancel(job, actor=SYSTEM)

    api.faults = [somebody_cancels]
    run(job)
    assert (job.state, job.is_finished) == ("cancelled", True)
    assert states(job) == ["done", "done", "cancelled", "cancelled", "cancelled", "cancelled"]
    assert not job_cancel(job, actor=SYSTEM)
    assert AuditEntry.objects.filter(action="job_cancel").count() == 1


def test_claims_of_a_cancelled_job_do_not_come_back(api: FakeApi, release) -> None:
    job = release(2)
    claim_pending(job, at_most=1000)
    assert job_cancel(job, actor=SYSTEM)
    later(job)
    assert jobs_recover() == []
    job.refresh_from_db()
    assert (job.is_finished, states(job), api.writes) == (True, ["cancelled"] * 2, [])


def test_a_paused_job_sends_nothing_until_it_is_resumed(api: FakeApi, release, settings) -> None:
    settings.GATEHOUSE_JOB_CHUNK = 2
    job = release(6)
    api.faults = [lambda _api, _request: job_pause(job, actor=SYSTEM) and None]
    assert run(job).state == "paused"
    assert states(job) == ["done", "done", "pending", "pending", "pending", "pending"]
    later(job)
    assert jobs_recover() == []
    assert (run(job).state, len(api.writes)) == ("paused", 1)
    assert not job_pause(job, actor=SYSTEM)
    assert job_resume(job, actor=SYSTEM)
    assert not job_resume(job, actor=SYSTEM)
    assert run(job).state == "completed"
    assert all(api.released(mail) == 1 for mail in api.mail.values())
    assert list(AuditEntry.objects.filter(object_id=job.pk).values_list("action", flat=True)) == [
        "job_finish",
        "job_resume",
        "job_pause",
        "job_create",
    ]


def test_what_is_unknown_is_read_back_though_the_job_is_paused(api: FakeApi, release) -> None:
    job = release(2)
    api.faults = [lost_after_acting]
    run(job)
    job_pause(job, actor=SYSTEM)
    later(job)
    assert jobs_recover() == [job]
    assert (run(job).state, len(api.writes)) == ("completed", 1)


def test_a_paused_job_can_be_cancelled(release) -> None:
    job = release(2)
    job_pause(job, actor=SYSTEM)
    assert job_cancel(job, actor=SYSTEM)
    job.refresh_from_db()
    assert (job.state, job.is_finished) == ("cancelled", True)


def test_the_pace_is_measured_from_when_the_job_was_resumed(release) -> None:
    job = release(4)
    job.items.filter(pk__in=list(job.items.values_list("pk", flat=True)[:3])).update(state="done", proof="place")
    job.state, job.paced_base = "running", 2
    job.started_at = timezone.now() - timedelta(hours=5)
    job.paced_from = timezone.now() - timedelta(seconds=10)
    progress = job_progress(job)
    assert progress.rate == pytest.approx(0.1, rel=0.2)
    assert 9 < progress.time_left.total_seconds() < 12


def test_only_what_failed_is_tried_again(api: FakeApi, move) -> None:
    job = move(4)
    mails = list(api.mail.values())
    mails[1].held = mails[2].held = True
    run(job)
    assert (job.state, states(job)) == ("partial", ["done", "failed", "failed", "done"])
    mails[1].held = False
    assert job_retry(job, actor=SYSTEM) == 2
    job.refresh_from_db()
    assert (job.state, job.finished_at, states(job)) == ("queued", None, ["done", "pending", "pending", "done"])
    run(job)
    assert (job.state, states(job)) == ("partial", ["done", "done", "failed", "done"])
    assert api.writes[1] == [mails[1].id, mails[2].id]
    assert set(job.items.filter(state="done").values_list("proof", flat=True)) == {"place"}
    assert AuditEntry.objects.get(action="job_retry").detail == {"retried_items": 2}


@pytest.mark.usefixtures("elsewhere")
def test_what_is_unknown_is_not_tried_again(api: FakeApi, release) -> None:
    job = release(2)
    api.faults = [lost_before_acting]
    run_to_the_end(job)
    assert (job.state, states(job)) == ("failed", ["unknown"] * 2)
    assert job_retry(job, actor=SYSTEM) == 0
    assert (run(job).state, len(api.writes)) == ("failed", 1)


@pytest.mark.parametrize("state", ["queued", "running", "paused", "completed", "cancelled"])
def test_a_job_that_has_not_failed_is_not_tried_again(release, state: str) -> None:
    job = release(2)
    job.items.update(state="failed")
    Job.objects.filter(pk=job.pk).update(state=state)
    assert job_retry(job, actor=SYSTEM) == 0
    assert states(job) == ["failed"] * 2
