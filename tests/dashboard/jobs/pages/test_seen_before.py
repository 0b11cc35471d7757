"""A job of moves tells who had read the mail before it was moved, and says so where that can't be told."""

from __future__ import annotations

import csv
from html import unescape
from io import StringIO

from django.urls import reverse

from dashboard.jobs.models import JobOutcome
from tests.dashboard.jobs.conftest import run
from tests.dashboard.jobs.fake_api import FakeApi


def page(client, job, **query) -> str:
    return " ".join(unescape(client.get(reverse("jobs:detail", args=[job.pk]), query).content.decode()).split())


def test_the_counts_stand_above_the_messages_and_the_names_in_the_list(browser, analyst, api: FakeApi, move) -> None:
    job = move(3, recipients=["anna@acme.example"])
    first, second, _third = api.mail.values()
    first.marks, second.marks = ["read", "answered"], []
    run(job)
    text = page(browser(analyst), job)
    assert "<strong>1</strong> copy had been read, <strong>1</strong> answered and <strong>0</strong>" in text
    assert "Of 1 it can't be told." in text
    assert text.count("had read, answered it") == 1
    assert page(browser(analyst), job, show="had_read").count('class="job-outcome"') == 1
    response = browser(analyst).get(reverse("jobs:outcomes", args=[job.pk]), {"show": "all"})
    lines = list(csv.DictReader(StringIO(b"".join(response.streaming_content).decode(), newline="")))
    assert [(line["had_read"], line["had_answered"]) for line in lines] == [("yes", "yes"), ("no", "no"), ("", "")]


def test_those_it_was_forwarded_to_stand_in_the_list_and_in_the_csv(browser, analyst, api: FakeApi, move) -> None:
    job = move(1, recipients=["anna@acme.example"])
    (mail,) = api.mail.values()
    mail.marks, mail.forwarded_to = ["forwarded", "read"], ["=zoe<b>@elsewhere.example", "vi@elsewhere.example"]
    run(job)
    answer = browser(analyst).get(reverse("jobs:detail", args=[job.pk]))
    assert "<b>" not in answer.content.decode().partition('class="job-forwarded"')[2].partition("</ul>")[0]
    shown = page(browser(analyst), job)
    assert "<strong>had read, forwarded it</strong>" in shown
    assert ">vi</span>" in shown.partition('class="job-forwarded"')[2].partition("</ul>")[0]
    response = browser(analyst).get(reverse("jobs:outcomes", args=[job.pk]), {"show": "all"})
    (line,) = csv.DictReader(StringIO(b"".join(response.streaming_content).decode(), newline=""))
    assert line["had_forwarded"] == "yes"
    assert line["forwarded_to"] == "'=zoe<b>@elsewhere.example; vi@elsewhere.example"


def test_the_list_of_readers_names_nobody_else(browser, analyst, api: FakeApi, move) -> None:
    job = run(move(1, recipients=["anna@acme.example", "bo@acme.example"]))
    JobOutcome.objects.filter(recipient="anna@acme.example").update(was_read=False, was_answered=True)
    JobOutcome.objects.filter(recipient="bo@acme.example").update(was_read=False)
    shown = page(browser(analyst), job, show="had_read")
    assert shown.count('class="job-outcome"') == 1
    assert page(browser(analyst), job).count('class="job-outcome"') == 2


def test_a_backend_that_does_not_tell_is_named(browser, analyst, move) -> None:
    job = run(move(2))
    assert "can't be told: the backend or the mailboxes don't say" in page(browser(analyst), job)
    assert set(JobOutcome.objects.values_list("was_read", "was_answered", "was_forwarded")) == {(None, None, None)}


def test_a_job_that_moves_nothing_says_nothing(browser, analyst, release) -> None:
    assert "before it was moved" not in page(browser(analyst), run(release(2)))
