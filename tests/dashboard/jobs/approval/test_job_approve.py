"""Jobs that need a second person: who decides, on what exactly, and until when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from dashboard.audit.actor import SYSTEM
from dashboard.environment import thresholds
from dashboard.jobs.approval.digest import is_as_approved
from dashboard.jobs.approval.requirement import needs_approval
from dashboard.jobs.control import job_cancel
from dashboard.jobs.models import Job
from dashboard.jobs.running.recover import jobs_recover
from dashboard.jobs.services import job_create
from dashboard.models import AuditEntry
from tests.dashboard.jobs.conftest import run, states
from tests.dashboard.jobs.fake_api import FakeApi


@pytest.fixture
def purge(api: FakeApi, analyst: User):
    """Make a job that purges so many messages."""

    def make(count: int = 3) -> Job:
        ids = [api.add(number, held=False).id for number in range(count)]
        return job_create(user=analyst, action="move", destination="RecoverableItemsPurges", ids=ids, reason="Phish")

    return make


@pytest.fixture
def second() -> User:
    from dashboard.people.services import people_ensure

    return people_ensure(username="a-second", password="long enough to be one", role="analyst")[0]


def test_a_purge_waits_for_a_second_person_by_default(browser, api: FakeApi, purge, second: User) -> None:
    job = purge()
    assert (job.state, len(job.digest)) == ("awaiting", 64)
    assert run(job).state == "awaiting"
    assert (jobs_recover(), api.writes) == ([], [])
    client = browser(second)
    page = client.get(reverse("jobs:detail", args=[job.pk])).content.decode()
    assert "It needs a second person" in page
    assert "Approve" in page
    assert client.post(reverse("jobs:approve", args=[job.pk])).status_code == 302
    assert run(job).state == "completed"
    assert (job.decided_by, job.decided_by_name) == (second, "a-second")
    assert AuditEntry.objects.get(action="job_approve").username == "a-second"
    assert AuditEntry.objects.get(action="job_create").detail["needs_approval"] is True
    assert "Approved by" in client.get(reverse("jobs:detail", args=[job.pk])).content.decode()


def test_a_waiting_job_is_told_of_beside_the_navigation_and_not_as_running(browser, api, purge, second: User) -> None:
    client = browser(second)
    waits = "waiting for approval</span>"
    assert waits not in client.get(reverse("jobs:list")).content.decode()
    purge()
    assert waits in client.get(reverse("jobs:list")).content.decode()
    assert client.get(reverse("jobs:running")).status_code == 286


def test_nobody_decides_on_a_job_of_their_own(browser, analyst, api: FakeApi, purge) -> None:
    job = purge()
    client = browser(analyst)
    address = reverse("jobs:detail", args=[job.pk])
    assert reverse("jobs:approve", args=[job.pk]) not in client.get(address).content.decode()
    for name in ("approve", "refuse"):
        response = client.post(reverse(f"jobs:{name}", args=[job.pk]), follow=True)
        assert "Somebody else has to decide" in response.content.decode()
    assert run(job).state == "awaiting"
    assert not AuditEntry.objects.filter(action__in=["job_approve", "job_refuse"]).exists()


def test_a_reviewer_does_not_decide(browser, person, purge) -> None:
    job = purge()
    client = browser(person("reviewer"))
    assert client.post(reverse("jobs:approve", args=[job.pk])).status_code == 403
    assert client.post(reverse("jobs:refuse", args=[job.pk])).status_code == 403


def test_a_refused_job_ends_without_having_done_anything(browser, api: FakeApi, purge, second: User) -> None:
    job = purge()
    browser(second).post(reverse("jobs:refuse", args=[job.pk]))
    assert run(job).state == "refused"
    assert (job.is_finished, states(job), api.writes) == (True, ["cancelled"] * 3, [])
    assert AuditEntry.objects.get(action="job_refuse").username == "a-second"


@pytest.mark.parametrize("change", ["added", "taken out", "another folder", "another message"])
def test_a_change_of_the_list_voids_the_request(browser, api: FakeApi, purge, second: User, change: str) -> None:
    job = purge()
    item = job.items.first()
    if change == "added":
        job.items.create(investigate_id=api.add(9, held=False).id)
    elif change == "taken out":
        item.delete()
    elif change == "another folder":
        job.items.filter(pk=item.pk).update(destination="Inbox")
    else:
        job.items.filter(pk=item.pk).update(investigate_id=api.add(9, held=False).id)
    assert not is_as_approved(job)
    response = browser(second).post(reverse("jobs:approve", args=[job.pk]), follow=True)
    assert "not the one that was to be approved" in response.content.decode()
    assert run(job).state == "refused"
    assert api.writes == []


def test_a_change_after_the_approval_voids_it_too(browser, api: FakeApi, purge, second: User) -> None:
    job = purge()
    browser(second).post(reverse("jobs:approve", args=[job.pk]))
    Job.objects.filter(pk=job.pk).update(destination="Inbox")
    assert run(job).state == "refused"
    assert (states(job), api.writes) == (["cancelled"] * 3, [])


def test_a_request_expires(browser, api: FakeApi, purge, second: User) -> None:
    job = purge()
    assert timedelta(hours=23) < job.expires_at - timezone.now() <= timedelta(hours=24)
    Job.objects.filter(pk=job.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    client = browser(second)
    client.post(reverse("jobs:approve", args=[job.pk]))
    assert run(job).state == "awaiting"
    assert jobs_recover() == []
    assert run(job).state == "expired"
    assert (job.is_finished, states(job), api.writes) == (True, ["cancelled"] * 3, [])
    assert AuditEntry.objects.get(action="job_expire").outcome == "done"
    assert "Nobody decided on it in time" in client.get(reverse("jobs:detail", args=[job.pk])).content.decode()


def test_whoever_asked_may_take_the_request_back(purge) -> None:
    job = purge()
    assert job_cancel(job, actor=SYSTEM)
    assert run(job).state == "cancelled"


def test_the_preview_says_that_a_second_person_is_needed(browser, analyst, api: FakeApi) -> None:
    client = browser(analyst)
    form = {"action": "move", "destination": "RecoverableItemsPurges", "ids": api.add(1, held=False).id}
    page = client.post(reverse("jobs:confirm"), form, follow=True).content.decode()
    assert "This needs a second person" in page
    assert "Ask to move 1 message" in page


def test_the_settings_name_actions_and_sizes(settings, analyst: User) -> None:
    purges = ["RecoverableItemsPurges"]
    settings.GATEHOUSE_APPROVALS = {"release": 100, "purge": 1}
    assert needs_approval("release", [""], 100, user=analyst)
    assert not needs_approval("release", [""], 99, user=analyst)
    assert needs_approval("move", purges, 1, user=analyst)
    assert not needs_approval("move", ["JunkEmail"], 10**6, user=analyst)
    settings.GATEHOUSE_APPROVALS = {"move": 10}
    assert needs_approval("move", purges, 10, user=analyst)
    assert not needs_approval("move", purges, 9, user=analyst)


def test_the_variable_is_read_strictly(monkeypatch) -> None:
    kinds = ("purge", "move")
    assert thresholds("GATEHOUSE_APPROVALS", "purge:1", kinds) == {"purge": 1}
    for value, found in [("off", {}), ("move:500", {"move": 500}), ("purge:1, move:20", {"purge": 1, "move": 20})]:
        monkeypatch.setenv("GATEHOUSE_APPROVALS", value)
        assert thresholds("GATEHOUSE_APPROVALS", "purge:1", kinds) == found
    for value in ("purge", "purge:0", "delete:1", "purge:x", "purge:1:2", "purge=1"):
        monkeypatch.setenv("GATEHOUSE_APPROVALS", value)
        with pytest.raises(ValueError, match="GATEHOUSE_APPROVALS"):
            thresholds("GATEHOUSE_APPROVALS", "purge:1", kinds)
