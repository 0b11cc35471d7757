"""Users' reports of the same mail stand in one row, and one decision answers all of them."""

import re

import pytest
from selectolax.lexbor import LexborHTMLParser

from dashboard.audit.models import AuditEntry
from dashboard.jobs.models import Job
from investigate.reviews.models import Submission
from tests.investigate.fake_api import message
from tests.investigate.reviews.reviews_api import submission
from tests.investigate.submissions.test_submission_pages import key, mirrored

pytestmark = pytest.mark.django_db
TEXT = "a" * 32


@pytest.fixture
def reviewer(browse):
    return browse("reviewer")


def report(number, who, **fields):
    same = {"type": "User", "subject": "Your parcel", "original_edf_hash": TEXT, "requested_by": f"{who}@team.example"}
    return submission(number, **same | fields)


def rows(client, query=""):
    page = LexborHTMLParser(client.get(f"/submissions/{query}").content.decode())
    return [" ".join(row.text().split()) for row in page.css("tr[data-row]")]


def test_reports_of_one_text_and_subject_are_one_row_with_their_reporters(reviews, reviewer):
    mirrored(
        reviews,
        *(report(number, who) for number, who in enumerate(["ann", "bo", "cy", "di", "ed"], start=1)),
        report(6, "flo", subject="Another parcel"),
        report(7, "gus", original_edf_hash=None, original_postfix_id="4Njp3P0STMz2c009"),
        report(8, "hal", original_edf_hash=None, original_postfix_id="4Njp3P0STMz2c009", subject="Whatever"),
        submission(9, subject="Your parcel", original_edf_hash=TEXT),
    )
    found = rows(reviewer)
    assert len(found) == 4
    first = found[0]
    assert "5 reports: ann@team.example, bo@team.example, cy@team.example and 2 more" in first
    assert sum("2 reports" in row for row in found) == 1
    assert sum("reports" in row for row in found) == 2
    assert len(rows(reviewer, "?view=all&order=subject&direction=asc")) == 4


def test_a_group_counts_what_the_filters_find_and_pages_count_groups(reviews, reviewer):
    mirrored(
        reviews,
        *(report(number, f"p{number}") for number in range(1, 70)),
        *(submission(number, subject=f"Other {number}") for number in range(100, 155)),
    )
    assert "69 reports" in rows(reviewer)[0]
    assert (len(rows(reviewer)), len(rows(reviewer, "?page=2"))) == (50, 6)
    (only,) = rows(reviewer, "?view=user&requested_by=p7@team.example")
    assert "User: p7@team.example" in only


def test_a_report_names_the_others_and_says_that_they_joined(reviews, reviewer):
    mirrored(reviews, report(1, "ann"), report(2, "bo"), report(3, "cy", customer_status="reviewed"))
    page = reviewer.get(f"/submissions/{key(1)}/").content.decode()
    assert "Reported 3 times" in page
    assert "1 more is open" in page
    assert f"/submissions/{key(2)}/" in page
    assert "Reported" not in reviewer.get(f"/submissions/{key(1)}/").content.decode().replace("Reported 3 times", "")


def test_all_are_closed_at_once_and_each_is_on_record(reviews, reviewer):
    mirrored(reviews, report(1, "ann"), report(2, "bo"), report(3, "cy"), submission(4))
    answer = reviewer.post(f"/submissions/{key(2)}/close-all/", {"words": "A newsletter"}, follow=True)
    assert "Closed 3 reports of this mail." in answer.content.decode()
    assert set(Submission.objects.exclude(closed_at=None).values_list("submission_id", flat=True)) == {
        key(1),
        key(2),
        key(3),
    }
    closed = AuditEntry.objects.filter(action="review_close")
    assert {entry.object_id for entry in closed} == {key(1), key(2), key(3)}
    assert reviewer.post(f"/submissions/{key(1)}/close-all/", {"words": ""}, follow=True).status_code == 200
    assert closed.count() == 3


def test_one_escalation_answers_the_reports_of_the_other_copies_by_a_job(reviews, reviewer):
    reviews.add(*(message(number) for number in range(1, 4)))
    mirrored(
        reviews,
        report(1, "ann"),
        report(2, "bo"),
        report(3, "cy"),
        report(4, "di", original_postfix_id="4Njp3P0STMz2c003"),
        report(5, "ed", original_postfix_id="4Njp3P0STMz2c001"),
    )
    page = reviewer.get(f"/submissions/{key(1)}/").content.decode()
    assert re.search(r'name="all" value="1" checked>\s*The same for 4 more open reports', page)
    answer = reviewer.post(f"/submissions/{key(1)}/escalate/", {"disposition": "MALICIOUS", "all": "1"}, follow=True)
    assert "The same was asked for 2 more reported messages" in answer.content.decode()
    assert [asked["id"] for asked in reviews.asked] == ["4Njp3P0STMz2c001"]
    job = Job.objects.get()
    assert (job.action, job.disposition) == ("reclassify", "MALICIOUS")
    assert set(job.items.values_list("investigate_id", flat=True)) == {"4Njp3P0STMz2c002", "4Njp3P0STMz2c003"}


def test_without_the_mark_only_the_one_report_is_escalated(reviews, reviewer):
    reviews.add(message(1), message(2))
    mirrored(reviews, report(1, "ann"), report(2, "bo"))
    reviewer.post(f"/submissions/{key(1)}/escalate/", {"disposition": "SPAM"})
    assert len(reviews.asked) == 1
    assert not Job.objects.exists()


def test_reports_that_were_there_before_get_their_key(reviews, reviewer):
    mirrored(reviews, report(1, "ann"), report(2, "bo"))
    kept = set(Submission.objects.values_list("same_mail", flat=True))
    Submission.objects.update(same_mail="")
    from importlib import import_module

    from django.apps import apps

    import_module("investigate.reviews.migrations.0003_same_mail").fill(apps, None)
    assert set(Submission.objects.values_list("same_mail", flat=True)) == kept
    assert len(kept) == 1
