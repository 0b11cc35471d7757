"""The pages of jobs: who may see them, what they show, and how they follow a job to its end."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse

from dashboard.jobs.models import Job
from dashboard.jobs.selectors import PER_PAGE
from dashboard.jobs.services import job_create
from dashboard.models import AuditEntry
from tests.dashboard.jobs.conftest import run
from tests.dashboard.jobs.fake_api import FakeApi

HTMX = {"HTTP_HX_REQUEST": "true"}


def addresses(job: Job) -> list[tuple[str, str]]:
    return [
        ("get", reverse("jobs:list")),
        ("get", reverse("jobs:running")),
        ("get", reverse("jobs:detail", args=[job.pk])),
        ("get", reverse("jobs:progress", args=[job.pk])),
        ("post", reverse("jobs:confirm")),
        ("post", reverse("jobs:create")),
        ("post", reverse("jobs:cancel", args=[job.pk])),
    ]


def test_a_reviewer_gets_no_further_than_a_refusal(browser, person, release) -> None:
    job = release(1)
    client = browser(person("reviewer"))
    for method, address in addresses(job):
        response = getattr(client, method)(address, {"action": "release", "ids": "a"})
        assert response.status_code == 403, address
    assert Job.objects.count() == 1
    assert AuditEntry.objects.filter(action="refused").count() == len(addresses(job))


def test_a_stranger_is_sent_to_sign_in(browser, release) -> None:
    job = release(1)
    client = browser(None)
    for method, address in addresses(job):
        response = getattr(client, method)(address)
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("role", ["analyst", "admin"])
def test_analyst_and_admin_see_every_page(browser, person, release, role: str) -> None:
    job = release(1)
    client = browser(person(role))
    for method, address in addresses(job):
        if method == "get":
            assert client.get(address).status_code == 200, address


def test_posting_is_the_only_way_to_act(browser, analyst, release) -> None:
    job = release(1)
    client = browser(analyst)
    for method, address in addresses(job):
        if method == "post":
            assert client.get(address).status_code == 405


def test_progress_stops_polling_at_the_end(browser, analyst, release) -> None:
    job = release(2)
    client = browser(analyst)
    address = reverse("jobs:progress", args=[job.pk])
    before = client.get(address, **HTMX)
    assert before.status_code == 200
    assert f'hx-get="{address}' in before.content.decode()
    assert "0 %" in before.content.decode()
    run(job)
    after = client.get(address, **HTMX)
    assert after.status_code == 286
    assert "job-finished" in after["HX-Trigger"]
    page = after.content.decode()
    assert "100 %" in page
    assert "hx-trigger" not in page


def test_the_line_on_top_shows_a_running_job_of_anyone_and_ends_with_it(browser, person, release) -> None:
    job = release(2)
    client = browser(person("admin"))
    response = client.get(reverse("jobs:running"), **HTMX)
    assert response.status_code == 200
    assert reverse("jobs:detail", args=[job.pk]) in response.content.decode()
    assert "0 of 2" in response.content.decode()
    run(job)
    response = client.get(reverse("jobs:running"), **HTMX)
    assert (response.status_code, response.content) == (286, b"")


def test_every_page_asks_for_the_line_unless_its_viewer_may_not(browser, person) -> None:
    client = browser(person("analyst"))
    asks = f'hx-get="{reverse("jobs:running")}"'
    assert asks in client.get(reverse("people:account")).content.decode()
    client.force_login(person("reviewer"))
    page = client.get(reverse("people:account")).content.decode()
    assert asks not in page
    assert reverse("jobs:list") not in page


def test_a_job_shows_each_recipients_outcome(browser, analyst, release) -> None:
    job = run(release(2, recipients=["anna@acme.example", "ben@acme.example"]))
    page = browser(analyst).get(reverse("jobs:detail", args=[job.pk])).content.decode()
    assert page.count("ben<") == 2
    assert "Subject" in page
    assert "Completed" in page


def test_items_are_filtered_by_outcome_and_paged(browser, analyst, api: FakeApi) -> None:
    ids = [api.add(number).id for number in range(PER_PAGE + 5)]
    del api.mail[ids[3]]
    job = run(job_create(user=analyst, action="release", ids=ids))
    client, address = browser(analyst), reverse("jobs:detail", args=[job.pk])
    failed = client.get(address, {"show": "failed"}).content.decode()
    assert ids[3] in failed
    assert ids[4] not in failed
    first = client.get(address)
    last = first.context["more"]
    assert len(first.context["items"]) == PER_PAGE
    second = client.get(address, {"after": last}, HTTP_HX_TARGET="job-items", **HTMX)
    assert len(second.context["items"]) == 5
    assert "<html" not in second.content.decode()


@pytest.mark.parametrize("query", ["show=odd", "after=x", "after=-1", "after=" + "9" * 40])
def test_a_part_that_there_is_not_is_not_found(browser, analyst, release, query: str) -> None:
    job = release(1)
    assert browser(analyst).get(f"{reverse('jobs:detail', args=[job.pk])}?{query}").status_code == 404


def test_a_job_that_there_is_not_is_not_found(browser, analyst) -> None:
    client = browser(analyst)
    assert client.get(reverse("jobs:detail", args=[uuid.uuid4()])).status_code == 404
    assert client.get(f"{reverse('jobs:list')}?before=rubbish").status_code == 404


def test_the_list_of_jobs_pages_from_the_newest(browser, analyst) -> None:
    jobs = [job_create(user=analyst, action="release", ids=["a"]) for _ in range(PER_PAGE + 2)]
    client = browser(analyst)
    first = client.get(reverse("jobs:list"))
    assert [job for job, _ in first.context["rows"]] == jobs[:1:-1]
    second = client.get(reverse("jobs:list"), {"before": first.context["older"]})
    assert [job for job, _ in second.context["rows"]] == jobs[1::-1]


def test_an_empty_list_says_what_to_do(browser, analyst) -> None:
    assert "No jobs yet" in browser(analyst).get(reverse("jobs:list")).content.decode()


def test_cancelling_leads_back_to_the_job(browser, analyst, release) -> None:
    job = release(2)
    response = browser(analyst).post(reverse("jobs:cancel", args=[job.pk]))
    assert response["Location"] == reverse("jobs:detail", args=[job.pk])
    job.refresh_from_db()
    assert (job.state, job.is_finished) == ("cancelled", True)
    assert AuditEntry.objects.get(action="job_cancel").username == "a-analyst"
