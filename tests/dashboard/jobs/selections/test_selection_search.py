"""Everything that a search finds, however much that is, becomes a selection that the worker gathers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from api_client.resources import SearchFilters
from dashboard.jobs.models import Job
from dashboard.jobs.running.run import job_run
from dashboard.jobs.selections.models import Selection
from dashboard.jobs.selections.services import selection_create
from dashboard.jobs.services import job_start
from dashboard.walking.running import walk_run
from tests.dashboard.jobs.conftest import gather, run
from tests.dashboard.jobs.fake_api import FakeApi, refused

START, END = datetime(2026, 11, 19, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
POSTED = {"start": START.isoformat(), "end": END.isoformat(), "detections_only": "on"}


@pytest.fixture
def mailbox(api: FakeApi):
    """Make so many messages, one a second, to one recipient or another."""

    def make(count: int, *, held: bool = True) -> list[str]:
        for number in range(count):
            mail = api.add(number, held=held, recipients=[f"{'ab'[number % 2]}@acme.example"])
            mail.scanned_at = (START + timedelta(seconds=number)).isoformat()
        return list(api.mail)

    return make


def test_all_that_matches_is_selected_past_any_page(browser, analyst, api: FakeApi, mailbox) -> None:
    ids = mailbox(2600)
    client = browser(analyst)
    form = POSTED | {"recipient": "a@acme.example", "label": "to:a@acme.example", "action": "release"}
    response = client.post(reverse("jobs:select"), form)
    assert (response.status_code, api.searches, api.reads) == (302, [], [])
    selection = gather(Selection.objects.get())
    assert (selection.size, selection.label, selection.created_by) == (1300, "to:a@acme.example", analyst)
    assert {params["recipient"] for params in api.searches} == {"a@acme.example"}
    assert {params["detections_only"] for params in api.searches} == {"true"}
    assert set(selection.messages.values_list("investigate_id", flat=True)) == set(ids[::2])
    page = client.get(response["Location"]).content.decode()
    assert "Release 1,300 messages?" in page
    assert "1,300 malicious" in page
    assert "1,300 held" in page
    assert "acme.example 1,300" in page
    assert "The first 10" in page


def test_what_is_selected_is_copied_into_the_job_by_the_worker(api: FakeApi, analyst, mailbox, settings) -> None:
    settings.GATEHOUSE_JOB_CHUNK = 1000
    mailbox(2600)
    selection = gather(selection_create(user=analyst, filters=SearchFilters(), start=START, end=END))
    job = job_start(selection, user=analyst, action="release", reason="False alarm")
    assert (job.size, job.is_frozen, job.items.count()) == (2600, False, 0)
    run(job)
    assert (job.state, job.is_frozen, job.items.filter(state="done", proof="place").count()) == (
        "completed",
        True,
        2600,
    )
    newest, *_ = job.items.order_by("id")
    assert (newest.seen.subject, newest.seen.place) == ("Subject of 4Nf000002599", "held")


def test_a_worker_lost_while_copying_leaves_nothing_out_and_nothing_twice(api, analyst, mailbox, monkeypatch) -> None:
    from dashboard.jobs.running import copy_items

    mailbox(1500)
    monkeypatch.setattr(copy_items, "AT_ONCE", 400)
    selection = gather(selection_create(user=analyst, filters=SearchFilters(), start=START, end=END))
    job = job_start(selection, user=analyst, action="release")
    breaths = iter([None, KeyboardInterrupt()])

    def dies(seconds: float) -> None:
        if error := next(breaths):
            Job.objects.filter(pk=job.pk).update(copied_to=0)
            raise error

    monkeypatch.setattr(copy_items.time, "sleep", dies)
    with pytest.raises(KeyboardInterrupt):
        job_run(job.pk)
    assert (job.items.count(), api.writes) == (800, [])
    monkeypatch.undo()
    assert run(job).state == "completed"
    assert job.items.count() == 1500
    assert all(api.released(mail) == 1 for mail in api.mail.values())


def test_a_large_job_that_is_cancelled_still_lists_all_that_was_not_done(api, analyst, mailbox) -> None:
    from dashboard.audit.actor import SYSTEM
    from dashboard.jobs.control import job_cancel

    mailbox(1200)
    selection = gather(selection_create(user=analyst, filters=SearchFilters(), start=START, end=END))
    job = job_start(selection, user=analyst, action="release")
    assert job_cancel(job, actor=SYSTEM)
    run(job)
    assert (job.state, job.is_finished, job.items.filter(state="cancelled").count()) == ("cancelled", True, 1200)
    assert api.writes == []


def test_gathering_goes_on_after_the_api_asked_for_a_pause(api: FakeApi, analyst, mailbox) -> None:
    mailbox(1500)
    selection = selection_create(user=analyst, filters=SearchFilters(), start=START, end=END)
    search, calls = api._search, []

    def slow_down(params):
        calls.append(params)
        return refused(429, "Slow down", retry_after="5") if len(calls) == 2 else search(params)

    api._search = slow_down
    assert walk_run("dashboard.selection", selection.pk) == pytest.approx(5, abs=0.5)
    selection.refresh_from_db()
    assert (selection.size, selection.state) == (1000, "running")
    Selection.objects.update(not_before=None)
    assert gather(selection).size == 1500
    assert selection.messages.count() == 1500


def test_a_search_that_the_api_refuses_selects_nothing_and_says_why(browser, analyst, api: FakeApi) -> None:
    api._search = lambda params: refused(400, "query is not one")
    client = browser(analyst)
    response = client.post(reverse("jobs:select"), POSTED | {"query": "x"})
    assert gather(Selection.objects.get()).state == "failed"
    page = client.get(response["Location"]).content.decode()
    assert "could not be selected" in page
    assert "query is not one" in page


def test_a_search_that_finds_nothing_says_so(browser, analyst, api: FakeApi) -> None:
    client = browser(analyst)
    response = client.post(reverse("jobs:select"), POSTED)
    gather(Selection.objects.get())
    assert "The search finds no message" in client.get(response["Location"]).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"start": ""},
        {"start": "2026-11-19T00:00"},
        {"end": "yesterday"},
        {"start": END.isoformat(), "end": START.isoformat()},
        {"query": "x" * 1001},
    ],
)
def test_a_search_that_can_not_be_made_is_refused(browser, analyst, api: FakeApi, wrong: dict) -> None:
    assert browser(analyst).post(reverse("jobs:select"), POSTED | wrong).status_code == 422
    assert not Selection.objects.exists()


def test_what_is_to_be_done_can_be_chosen_on_the_page(browser, analyst, api: FakeApi, mailbox) -> None:
    mailbox(3)
    client = browser(analyst)
    response = client.post(reverse("jobs:select"), POSTED | {"next": "/investigate/?query=x"})
    gather(Selection.objects.get())
    page = client.get(response["Location"]).content.decode()
    assert "3 messages selected" in page
    for action in ("move", "release", "reclassify"):
        assert f"?action={action}&amp;next=%2Finvestigate%2F%3Fquery%3Dx" in page
    assert 'href="/investigate/?query=x" data-key="Escape" aria-keyshortcuts="Escape">Do nothing' in page
