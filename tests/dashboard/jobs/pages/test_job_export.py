"""The outcomes of a job as CSV."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from django.urls import reverse

from dashboard.csv_cells import neutralise_formula
from dashboard.jobs.pages.outcomes_csv import COLUMNS
from dashboard.jobs.selectors import PER_PAGE
from dashboard.models import AuditEntry
from tests.dashboard.jobs.conftest import run
from tests.dashboard.jobs.fake_api import FakeApi


def lines(response) -> list[dict[str, str]]:
    assert response.status_code == 200
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in response["Content-Disposition"]
    text = b"".join(response.streaming_content).decode()
    return list(csv.DictReader(StringIO(text, newline="")))


def test_every_recipients_outcome_has_a_line(browser, analyst, release) -> None:
    job = run(release(PER_PAGE + 3, recipients=["anna@acme.example", "ben@acme.example"]))
    found = lines(browser(analyst).get(reverse("jobs:outcomes", args=[job.pk])))
    assert len(found) == 2 * (PER_PAGE + 3)
    assert list(found[0]) == COLUMNS
    first = found[0]
    assert (first["recipient"], first["recipient_outcome"], first["state"]) == (
        "anna@acme.example",
        "delivered",
        "done",
    )
    assert (first["accepted"], first["proof"], first["place_before"]) == ("yes", "place", "")
    assert AuditEntry.objects.get(action="job_export").username == "a-analyst"


def test_it_is_filtered_as_the_page_is(browser, analyst, api: FakeApi, move) -> None:
    job = move(3)
    next(iter(api.mail.values())).held = True
    run(job)
    client, address = browser(analyst), reverse("jobs:outcomes", args=[job.pk])
    (failed,) = lines(client.get(address, {"show": "failed"}))
    assert (failed["state"], failed["error_code"], failed["destination"]) == ("failed", "not_in_mailbox", "JunkEmail")
    assert client.get(address, {"show": "odd"}).status_code == 404


def test_no_cell_is_a_formula(browser, analyst, api: FakeApi) -> None:
    mail = api.add(1, recipients=["=cmd|'/c calc'!A0@x.example"])
    mail.more = {"subject": '=HYPERLINK("http://evil.example","Click")', "from": "+1@x.example"}
    client = browser(analyst)
    client.post(reverse("jobs:create"), {"action": "release", "ids": mail.id, "reason": "False alarm"})
    from dashboard.jobs.models import Job

    (line,) = lines(client.get(reverse("jobs:outcomes", args=[run(Job.objects.get()).pk])))
    assert line["subject"].startswith("'=HYPERLINK")
    assert line["sender"] == "'+1@x.example"
    assert line["recipient"].startswith("'=cmd")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_whatever_begins_a_formula_is_neutralised(start: str) -> None:
    assert neutralise_formula(f"{start}1") == f"'{start}1"
    assert neutralise_formula(f"a{start}") == f"a{start}"
