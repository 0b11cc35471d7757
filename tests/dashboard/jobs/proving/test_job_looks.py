"""Where search rows have no action log, places are looked up one by one: the uncertain first, within the budget."""

from __future__ import annotations

import pytest
from django.urls import reverse

from dashboard.jobs.models import Job
from dashboard.jobs.running.run import job_run
from dashboard.jobs.selectors import job_progress
from dashboard.jobs.services import job_create
from dashboard.jobs.snapshot import Snapshot
from dashboard.models import AuditEntry
from tests.dashboard.jobs.conftest import run, run_to_the_end
from tests.dashboard.jobs.fake_api import FakeApi, Mail, refused


@pytest.fixture(autouse=True)
def _no_embedded_log(api: FakeApi) -> None:
    api.has_embedded_log = False


def budget_for(settings, looks: int) -> None:
    """Let the budget allow so many looks: half of what workers may use of it."""
    settings.GATEHOUSE_API_BUDGET = (looks * 8 // 3 + 1, 300)


def proofs(job: Job) -> list[str]:
    return list(job.items.order_by("id").values_list("proof", flat=True))


def logs_read(api: FakeApi) -> list[str]:
    return [path.split("/")[1] for path in api.reads if path.endswith("/action_log")]


def moved_before(api: FakeApi, analyst, *earlier: str) -> tuple[Job, list[Mail]]:
    """Make a job over messages, each moved to a folder before, or not moved where that is empty."""
    from api_client.models import Message

    mails = [api.add(number, held=False) for number in range(len(earlier))]
    for mail, folder in zip(mails, earlier, strict=True):
        if folder:
            api._move(mail, folder)
    snapshots = [Snapshot.of(Message.model_validate(mail.wire())) for mail in mails]
    return job_create(user=analyst, action="move", destination="JunkEmail", snapshots=snapshots), mails


def test_each_place_is_proven_with_one_call(api: FakeApi, move) -> None:
    job = run_to_the_end(move(4))
    assert set(proofs(job)) == {"place"}
    assert (len(api.searches), len(api.reads), len(logs_read(api))) == (1, 4, 4)
    assert "action_log" not in api.searches[0]


def test_the_most_uncertain_come_first_and_the_rest_is_left_open(api, analyst, browser, settings) -> None:
    budget_for(settings, 3)
    job, mails = moved_before(api, analyst, "", "Inbox", "", "", "DeletedItems", "")
    search = api._search

    def forgetful(params):
        """Search without the third message."""
        kept = api.mail.pop(mails[2].id)
        try:
            return search(params)
        finally:
            api.mail[kept.id] = kept

    api._search = forgetful
    run_to_the_end(job)
    assert proofs(job) == ["seen", "place", "place", "seen", "place", "seen"]
    assert logs_read(api) == [mails[2].id, mails[1].id, mails[4].id]
    assert job_progress(job).proven == 6
    page = browser(analyst).get(reverse("jobs:detail", args=[job.pk])).content.decode()
    assert "Proven by its state, place not looked up" in page
    assert "place not readable" not in page


def test_what_its_row_does_not_decide_and_nobody_may_look_at_is_not_proven(api, analyst, settings) -> None:
    budget_for(settings, 1)
    job, _ = moved_before(api, analyst, "Inbox", "Inbox", "Inbox")
    run_to_the_end(job)
    assert sorted(proofs(job)) == ["open", "open", "place"]
    assert job_progress(job).unproven == 2


def test_workers_share_the_looks_and_none_is_made_twice(api: FakeApi, move) -> None:
    job = move(30)

    def another_worker(_api, _request):
        job_run(job.pk)

    api.read_faults = [another_worker]
    run_to_the_end(job)
    assert set(proofs(job)) == {"place"}
    assert len(logs_read(api)) == len(set(logs_read(api))) == 30


def test_a_job_ends_only_after_the_looks_of_other_workers(api: FakeApi, move) -> None:
    job = move(3)
    seen = []

    def another_worker(_api, _request):
        seen.append(job_run(job.pk))
        job.refresh_from_db()
        seen.append(job.state)

    api.read_faults = [another_worker]
    run(job)
    assert seen == [1.0, "proving"]
    assert (job.state, set(proofs(job))) == ("completed", {"place"})


def test_what_was_claimed_is_given_back_when_the_api_asks_for_a_pause(api: FakeApi, move) -> None:
    job = move(3)
    allowed = []

    def slow_down(_api, _request):
        allowed.append(Job.objects.get(pk=job.pk).proof["looks"])
        return refused(429, "Slow down", retry_after="7")

    api.read_faults = [None, slow_down]
    assert 5 < job_run(job.pk) <= 7
    job.refresh_from_db()
    assert sorted(proofs(job)) == ["place", "seen", "seen"]
    assert job.proof["looks"] == allowed[0] + 2
    assert not job.items.exclude(claimed_by="", lease_until=None).exists()
    run_to_the_end(job)
    assert set(proofs(job)) == {"place"}


@pytest.mark.usefixtures("elsewhere")
def test_an_api_without_a_log_is_asked_for_it_once(api: FakeApi, analyst) -> None:
    api.has_action_log = False
    job, _ = moved_before(api, analyst, "", "", "Inbox", "Inbox")
    run_to_the_end(job)
    assert sorted(proofs(job)) == ["state", "state", "unread", "unread"]
    assert len(logs_read(api)) == 1


def test_a_log_without_folders_leaves_the_place_unread(api: FakeApi, move) -> None:
    job, act = move(2), api._move

    def no_folder(mail, destination):
        answer = act(mail, destination)
        mail.log[-1]["properties"] = None
        return answer

    api._move = no_folder
    run_to_the_end(job)
    assert set(proofs(job)) == {"state"}


def test_a_message_that_is_gone_is_missing(api: FakeApi, move) -> None:
    job = move(2)
    gone = next(iter(api.mail.values()))

    def vanishes(api, request):
        answer = api.act(request)
        del api.mail[gone.id]
        return answer

    api.faults = [vanishes]
    run_to_the_end(job)
    assert proofs(job) == ["missing", "place"]


def test_a_log_that_was_read_is_not_asked_for_again(api: FakeApi, analyst, settings) -> None:
    settings.CACHES = settings.CACHES | {"default": settings.CACHES["process"]}
    job, _ = moved_before(api, analyst, "DeletedItems", "")
    run_to_the_end(job)
    assert len(logs_read(api)) == 2
    # Asked anew, as for another job over the same messages: both logs were read since then.
    Job.objects.filter(pk=job.pk).update(proven_at=None, finished_at=None, state="proving")
    job.items.update(proof="seen")
    run_to_the_end(job)
    assert (set(proofs(job)), len(logs_read(api))) == ({"place"}, 2)
    assert [item.seen.place for item in job.items.order_by("id")] == ["DeletedItems", "Inbox"]


def test_more_places_are_looked_up_when_a_person_asks_for_it(api, analyst, browser, settings) -> None:
    budget_for(settings, 2)
    job, _ = moved_before(api, analyst, "", "", "", "Inbox")
    run_to_the_end(job)
    client, url = browser(analyst), reverse("jobs:look_up", args=[job.pk])
    assert "2 places not looked up" in client.get(reverse("jobs:detail", args=[job.pk])).content.decode()
    assert client.post(url).status_code == 302
    job.refresh_from_db()
    assert (job.state, job.is_finished) == ("proving", False)
    run_to_the_end(job)
    assert (job.state, set(proofs(job))) == ("completed", {"place"})
    assert "not looked up" not in client.get(reverse("jobs:detail", args=[job.pk])).content.decode()
    assert AuditEntry.objects.get(action="job_look_up").detail == {"places": 2}
    client.post(url)
    job.refresh_from_db()
    assert job.is_finished
