"""Accepted, done and proven are three things: what a job did is looked for afterwards, in bulk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from django.utils import timezone

from api_client.models import Message
from dashboard.audit.actor import SYSTEM
from dashboard.jobs.control import job_cancel
from dashboard.jobs.models import Job
from dashboard.jobs.running.recover import jobs_recover
from dashboard.jobs.running.run import job_run
from dashboard.jobs.selectors import job_progress
from dashboard.jobs.services import job_create
from dashboard.jobs.snapshot import Snapshot
from dashboard.jobs.time_windows import windows_over
from dashboard.models import AuditEntry
from tests.dashboard.jobs.conftest import later, run, run_to_the_end
from tests.dashboard.jobs.fake_api import FakeApi, enveloped, lost_after_acting, refused


def proofs(job: Job) -> list[str]:
    return list(job.items.order_by("id").values_list("proof", flat=True))


def test_a_move_is_proven_in_bulk_by_the_folder_in_the_log(api: FakeApi, move) -> None:
    job = run(move(30))
    assert (job.state, set(proofs(job))) == ("completed", {"place"})
    assert api.reads == []
    assert len(api.searches) == 1
    search = api.searches[0]
    assert (search["message_action"], search["detections_only"]) == ("MOVED", "false")
    progress = job_progress(job)
    assert (progress.accepted, progress.done, progress.proven, progress.unproven) == (30, 30, 30, 0)
    assert AuditEntry.objects.get(action="job_finish").detail["proven"] == 30


def test_a_release_is_proven_when_the_messages_have_left_quarantine(api: FakeApi, release) -> None:
    job = run(release(3))
    assert (set(proofs(job)), api.reads, len(api.searches)) == ({"place"}, [], 1)


def large_job(api: FakeApi, analyst, settings, count: int) -> Job:
    """Make a job over messages of several days, with the snapshots that a search gives."""
    settings.GATEHOUSE_JOB_CHUNK = 1000
    began = datetime(2026, 11, 1, tzinfo=UTC)
    for number in range(count):
        mail = api.add(number, held=False)
        mail.scanned_at = (began + timedelta(minutes=number)).isoformat()
    snapshots = [Snapshot.of(message_of(api, one)) for one in api.mail]
    return job_create(user=analyst, action="move", destination="JunkEmail", snapshots=snapshots)


def test_a_large_job_is_proven_with_one_call_for_500_messages_or_fewer(api: FakeApi, analyst, settings) -> None:
    count = 3000
    job = run(large_job(api, analyst, settings, count))
    assert (job.state, job_progress(job).proven) == ("completed", count)
    assert len(api.searches) <= count // 500
    assert job.proof["calls"] == len(api.searches)
    assert {search["per_page"] for search in api.searches} == {"1000"}
    assert api.reads == []


@pytest.mark.usefixtures("elsewhere")
def test_elsewhere_large_pages_are_asked_for_and_single_looks_stay_within_the_budget(api, analyst, settings) -> None:
    api.has_embedded_log = False
    settings.GATEHOUSE_API_BUDGET = (60, 300)
    job = run_to_the_end(large_job(api, analyst, settings, 3000))
    assert {search["per_page"] for search in api.searches} == {"10000"}
    assert len(api.searches) <= 2
    assert len(api.reads) == 22
    progress = job_progress(job)
    assert (job.state, progress.proven, progress.left_open) == ("completed", 3000, 3000 - 22)
    assert AuditEntry.objects.get(action="job_finish").detail["left_open"] == 3000 - 22


def message_of(api: FakeApi, investigate_id: str):
    return Message.model_validate(api.mail[investigate_id].wire())


def test_what_the_api_said_and_does_not_show_is_not_proven(api: FakeApi, move) -> None:
    job = move(3)
    liar = list(api.mail.values())[1]

    def lies(api: FakeApi, request: httpx.Request) -> httpx.Response:
        answer = api.act(request)
        liar.log.clear()
        return answer

    api.faults = [lies]
    run(job)
    assert (job.state, proofs(job)) == ("completed", ["place", "missing", "place"])
    assert api.reads == [f"/{liar.id}/action_log"]
    assert job_progress(job).unproven == 1


@pytest.mark.usefixtures("elsewhere")
def test_elsewhere_the_api_is_given_a_minute_to_show_it(api: FakeApi, move) -> None:
    job = move(2)
    again = job_run(job.pk)
    job.refresh_from_db()
    assert (job.state, api.searches) == ("proving", [])
    assert again is not None
    assert 50 < again <= 60
    assert jobs_recover() == []
    later(job)
    assert run(job).state == "completed"


@pytest.mark.usefixtures("elsewhere")
def test_where_no_log_is_served_a_row_that_shows_a_move_proves_the_state(api: FakeApi, analyst) -> None:
    api.has_embedded_log = api.has_action_log = False
    mails = [api.add(number, held=False) for number in range(2)]
    api._move(mails[1], "Inbox")
    messages = [message_of(api, mail.id) for mail in mails]
    job = job_create(user=analyst, action="move", destination="JunkEmail", messages=messages)
    run_to_the_end(job)
    assert proofs(job) == ["state", "unread"]
    assert job_progress(job).proven == 1


def test_a_search_that_does_not_know_the_filter_leaves_the_proof_to_single_looks(api: FakeApi, release) -> None:
    job = release(2)
    api._search = lambda params: refused(400, "message_action is not one of …")
    assert run(job).state == "completed"
    assert set(proofs(job)) == {"place"}


def test_a_walk_over_too_much_foreign_mail_is_given_up(api: FakeApi, move, settings) -> None:
    for number in range(1000, 9000):
        api._move(api.add(number, held=False), "JunkEmail")
    job = run(move(20))
    assert (job.state, set(proofs(job))) == ("completed", {"place"})
    assert len(api.searches) <= 6


def test_a_pause_that_the_api_asks_for_while_proving_is_kept(api: FakeApi, move) -> None:
    job = move(2)
    search, api._search = api._search, lambda params: refused(429, "Slow down", retry_after="7")
    again = job_run(job.pk)
    assert 5 < again <= 7
    job.refresh_from_db()
    assert (job.state, job.proof_lease) == ("proving", None)
    api._search = search
    run_to_the_end(job)
    assert (job.state, set(proofs(job))) == ("completed", {"place"})


def test_a_worker_lost_while_proving_is_followed_by_another(api: FakeApi, move) -> None:
    job = move(2)

    def dies(params: httpx.QueryParams) -> httpx.Response:
        raise KeyboardInterrupt

    search, api._search = api._search, dies
    with pytest.raises(KeyboardInterrupt):
        job_run(job.pk)
    api._search = search
    assert run(job).state == "proving"
    later(job)
    Job.objects.filter(pk=job.pk).update(proof_lease=timezone.now() - timedelta(seconds=1))
    assert jobs_recover() == [job]
    assert run(job).state == "completed"
    assert set(proofs(job)) == {"place"}


def test_what_a_cancelled_job_had_done_is_proven_before_it_ends(api: FakeApi, move, settings) -> None:
    settings.GATEHOUSE_JOB_CHUNK = 2
    job = move(4)
    api.faults = [lambda _api, _request: job_cancel(job, actor=SYSTEM) and None]
    run(job)
    assert (job.state, job.is_finished) == ("cancelled", True)
    assert proofs(job) == ["place", "place", "", ""]


def test_what_was_read_back_was_not_accepted_but_is_proven(api: FakeApi, move) -> None:
    job = move(3)
    api.faults = [lost_after_acting]
    run_to_the_end(job)
    progress = job_progress(job)
    assert (progress.accepted, progress.done, progress.proven) == (0, 3, 3)
    assert api.searches == []


def test_copies_that_were_accepted_and_wait_count_as_accepted(api: FakeApi, release) -> None:
    job = release(1)
    mail = next(iter(api.mail.values()))
    api.faults = [lambda _api, _request: enveloped([{"id": mail.id, "undelivered": mail.recipients}])]
    run(job)
    progress = job_progress(job)
    assert (progress.accepted, progress.unknown, progress.done) == (1, 1, 0)


def test_windows_are_split_at_the_widest_gaps() -> None:
    began = datetime(2026, 11, 1, tzinfo=UTC)
    bursts = [began + timedelta(days=day, seconds=second) for day in (0, 3, 9) for second in range(10)]
    windows = windows_over(reversed(bursts))
    assert [window.start.day for window in windows] == [9, 3, 31]
    assert all(window.end - window.start < timedelta(minutes=1) for window in windows)
    assert windows_over([]) == []
    assert len(windows_over([began])) == 1
    assert len(windows_over([began + timedelta(minutes=number) for number in range(100)])) == 1
