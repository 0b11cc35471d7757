"""Undo: each message goes back to where it was before, and what can't go back is said before."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from api_client.models import Message
from dashboard.audit.actor import SYSTEM
from dashboard.jobs.control import job_cancel
from dashboard.jobs.models import Job
from dashboard.jobs.selections.models import Selection
from dashboard.jobs.services import job_create
from dashboard.jobs.snapshot import Snapshot
from tests.dashboard.jobs.conftest import gather, run, run_to_the_end, walked
from tests.dashboard.jobs.fake_api import FakeApi, lost_before_acting


@pytest.fixture(params=["embedded", "its own operation"], autouse=True)
def _log(request, api: FakeApi) -> None:
    """The action log is served in search rows, or by its own operation alone."""
    api.has_embedded_log = request.param == "embedded"


def moved(api: FakeApi, analyst: User, destination: str = "JunkEmail") -> Job:
    """Run a job that moves messages which lay in two folders, one of them nobody knows where, one there already."""
    mails = [api.add(number, held=False) for number in range(5)]
    api._move(mails[1], "DeletedItems")
    api._move(mails[4], destination)
    snapshots = [Snapshot.of(Message.model_validate(api._wire(mail))) for mail in mails]
    snapshots[3] = Snapshot(id=mails[3].id)
    return run(job_create(user=analyst, action="move", destination=destination, snapshots=snapshots))


def undone(client, job: Job) -> tuple[Selection, str]:
    response = client.post(reverse("jobs:undo", args=[job.pk]))
    assert response.status_code == 302
    selection = gather(Selection.objects.latest("created_at"))
    return selection, client.get(response["Location"]).content.decode()


def start(client, selection: Selection, **more) -> Job:
    form = {"action": "move", "selection": selection.pk, "reason": "A mistake", **more}
    response = client.post(reverse("jobs:create"), form)
    assert response.status_code == 302, response.content.decode()
    return Job.objects.latest("created_at")


def test_each_message_goes_back_to_where_it_was(browser, analyst, api: FakeApi) -> None:
    job = moved(api, analyst)
    client = browser(analyst)
    selection, page = undone(client, job)
    assert "Move 3 messages back?" in page
    assert (selection.size, selection.left_out) == (3, 2)
    undo = start(client, selection)
    assert (undo.undoes, undo.destination) == (job, "")
    run_to_the_end(undo)
    assert undo.state == "completed"
    folders = [mail.folder for mail in api.mail.values()]
    assert folders[:3] == ["Inbox", "DeletedItems", "Inbox"]
    assert set(undo.items.values_list("proof", flat=True)) == {"place"}


def test_what_can_not_be_put_back_is_listed_with_why(browser, analyst, api: FakeApi) -> None:
    job = moved(api, analyst)
    _, page = undone(browser(analyst), job)
    assert "2 messages can't be put back: see why below." in page
    assert "Where it was before is not known." in page
    assert "It was there already before the job." in page
    assert "2 Inbox, 1 Deleted items" in page


def test_only_what_was_done_is_undone(browser, analyst, api: FakeApi, move) -> None:
    job = move(3)
    list(api.mail.values())[1].held = True
    run(job)
    assert job.state == "partial"
    job.items.update(snapshot={"place": "Inbox"})
    selection, _ = undone(browser(analyst), job)
    assert selection.size == 2


def test_a_job_that_is_not_at_its_end_is_not_undone(browser, analyst, move) -> None:
    job = move(2)
    response = browser(analyst).post(reverse("jobs:undo", args=[job.pk]), follow=True)
    assert "not at its end" in response.content.decode()
    assert not Selection.objects.exists()


def test_a_release_can_not_be_undone_and_the_page_says_why(browser, analyst, release) -> None:
    job = run(release(2))
    selection, page = undone(browser(analyst), job)
    assert selection.size == 0
    assert "Nothing of it can be undone" in page
    assert "the API can&#x27;t hold it again" in page


def test_what_a_cancelled_job_had_done_can_be_undone(browser, analyst, api: FakeApi, move, settings) -> None:
    settings.GATEHOUSE_JOB_CHUNK = 1
    job = move(3)
    job.items.update(snapshot={"place": "Inbox"})
    api.faults = [lambda _api, _request: job_cancel(job, actor=SYSTEM) and None]
    run(job)
    client = browser(analyst)
    selection, _ = undone(client, job)
    run(start(client, selection))
    assert [mail.folder for mail in api.mail.values()] == ["Inbox"] * 3


def test_somebody_who_moved_a_message_since_is_noticed(browser, analyst, api: FakeApi) -> None:
    job = moved(api, analyst)
    api._move(next(iter(api.mail.values())), "RecoverableItemsDeletions")
    client = browser(analyst)
    selection, _ = undone(client, job)
    client.post(reverse("jobs:selection_check", args=[selection.pk]))
    walked(selection.checks.get())
    page = client.get(reverse("jobs:selection", args=[selection.pk])).content.decode()
    assert "1 moved since you looked" in page


def test_an_undo_whose_answer_was_lost_is_read_back_by_each_messages_own_folder(browser, analyst, api) -> None:
    job = moved(api, analyst)
    client = browser(analyst)
    selection, _ = undone(client, job)
    undo = start(client, selection)
    api.faults = [lost_before_acting]
    run_to_the_end(undo)
    assert undo.state == "completed"
    assert [mail.folder for mail in api.mail.values()][:3] == ["Inbox", "DeletedItems", "Inbox"]


def test_an_undo_takes_no_other_folder(browser, analyst, api: FakeApi) -> None:
    job = moved(api, analyst)
    client = browser(analyst)
    selection, _ = undone(client, job)
    undo = start(client, selection, destination="RecoverableItemsPurges")
    assert undo.destination == ""


def test_the_jobs_name_each_other(browser, analyst, api: FakeApi) -> None:
    job = moved(api, analyst)
    client = browser(analyst)
    selection, _ = undone(client, job)
    undo = start(client, selection)
    assert reverse("jobs:detail", args=[undo.pk]) in client.get(reverse("jobs:detail", args=[job.pk])).content.decode()
    page = client.get(reverse("jobs:detail", args=[undo.pk])).content.decode()
    assert "Undo: Move back" in page
    assert reverse("jobs:detail", args=[job.pk]) in page


def test_an_undo_asks_for_no_more_logs_than_the_budget_allows_and_goes_on_later(
    browser, analyst, api, settings
) -> None:
    api.has_embedded_log = False
    mails = [api.add(number, held=False) for number in range(30)]
    for mail in mails:
        api._move(mail, "DeletedItems")
    snapshots = [Snapshot.of(Message.model_validate(api._wire(mail))) for mail in mails]
    job = job_create(user=analyst, action="move", destination="JunkEmail", snapshots=snapshots)
    # The proof has room for one look, so the places of the others are still to be asked for.
    settings.GATEHOUSE_API_BUDGET = (4, 300)
    run_to_the_end(job)
    settings.GATEHOUSE_API_BUDGET = (66, 300)
    client = browser(analyst)
    api.reads.clear()
    selection, page = undone(client, job)
    assert (selection.size, selection.left_out, len(api.reads)) == (25, 5, 24)
    assert "Undo the rest later." in page
    selection, _ = undone(client, job)
    assert (selection.size, selection.left_out, len(api.reads)) == (30, 0, 29)
    run_to_the_end(start(client, selection))
    assert {mail.folder for mail in mails} == {"DeletedItems"}
