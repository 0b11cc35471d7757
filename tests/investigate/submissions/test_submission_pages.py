"""Lists of submissions, one submission beside its message, and what the team does with it."""

from datetime import timedelta

import pytest
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from dashboard.audit.models import AuditEntry
from investigate.reviews.mirror import mirror_refresh
from investigate.reviews.models import MirrorKind, Submission
from tests.investigate.fake_api import NOW, held, refusal
from tests.investigate.reviews.reviews_api import submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer(browse):
    return browse("reviewer")


def mirrored(reviews, *submissions):
    reviews.submissions = list(submissions)
    mirror_refresh(MirrorKind.SUBMISSIONS)


def subjects(client, query=""):
    response = client.get(f"/submissions/{query}")
    assert response.status_code == 200
    page = LexborHTMLParser(response.content.decode())
    return [link.text(strip=True) for link in page.css(".review-subject a")]


def done_here():
    """Return what the audit trail says was done to submissions, oldest first."""
    entries = AuditEntry.objects.filter(object_kind="submission").order_by("id")
    return list(entries.values_list("action", flat=True))


def key(number):
    return submission(number)["submission_id"]


def test_the_list_opens_on_what_is_open_newest_first(reviews, reviewer):
    mirrored(reviews, submission(2), submission(1), submission(3, outcome_disposition="SPAM"))
    assert subjects(reviewer) == ["Subject 1", "Subject 2"]
    assert subjects(reviewer, "?view=all") == ["Subject 1", "Subject 2", "Subject 3"]


def test_team_user_and_invalid_submissions_are_listed_apart_with_their_status(reviews, reviewer):
    invalid = {"status": "invalid", "outcome": "no message is attached", "original_postfix_id": None}
    mirrored(
        reviews,
        submission(1, status="completed", customer_status="reviewed", outcome="agreed", outcome_disposition="SPAM"),
        submission(2, type="User"),
        submission(3, type="User", customer_status="reviewed", status="completed", outcome="unchanged"),
        submission(4, type="User", customer_status="escalated"),
        submission(5, type="User", **invalid),
    )
    assert subjects(reviewer, "?view=team") == ["Subject 1"]
    assert subjects(reviewer, "?view=user") == ["Subject 2", "Subject 3", "Subject 4"]
    assert subjects(reviewer, "?view=invalid") == ["Subject 5"]
    assert subjects(reviewer) == ["Subject 2"]
    page = LexborHTMLParser(reviewer.get("/submissions/?view=all").content.decode())
    states = [row.css("td")[7].text(strip=True) for row in page.css("tbody tr")]
    assert states == ["Agreed", "Unreviewed", "Reviewed", "Escalated", "Invalid: no message is attached"]
    assert reviewer.get(f"/submissions/{key(5)}/").status_code == 200


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("type=User", [2]),
        ("customer_status=reviewed", [3]),
        ("original_disposition=SPAM", [1]),
        ("requested_disposition=NONE", [2]),
        ("outcome_disposition=BULK", [3]),
        ("escalated_from_user=yes", [1]),
        ("escalated_from_user=no", [2, 3]),
        ("agreement=differed", [3]),
        ("agreement=agreed", []),
        ("requested_by=eve%40team.example", [2]),
        (f"submission_id={submission(3)['submission_id']}", [3]),
        ("query=EVE%40team", [2]),
        ("order=subject&direction=asc", [1, 2, 3]),
        ("order=subject", [3, 2, 1]),
        ("direction=asc", [3, 2, 1]),
        ("from_day=2000-01-01&to_day=2000-01-02", []),
    ],
)
def test_every_filter_of_the_api_is_there(reviews, reviewer, query, numbers):
    mirrored(
        reviews,
        submission(1, original_disposition="SPAM"),
        submission(
            2,
            type="User",
            requested_disposition="NONE",
            requested_by="eve@team.example",
            customer_status="escalated",
            escalated_submission_id=key(1),
        ),
        submission(3, customer_status="reviewed", outcome_disposition="BULK"),
    )
    assert subjects(reviewer, f"?view=all&{query}") == [f"Subject {number}" for number in numbers]


def test_pages_follow_each_other_without_loss(reviews, reviewer):
    mirrored(reviews, *[submission(number) for number in range(1, 121)])
    pages = [subjects(reviewer, f"?page={number}") for number in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [50, 50, 20, 0]
    assert [subject for page in pages for subject in page] == [f"Subject {number}" for number in range(1, 121)]


@pytest.mark.parametrize("query", ["?view=nothing", "?page=0", "?from_day=tomorrow", "?order=owner"])
def test_a_filter_that_makes_no_sense_is_said_so(reviews, reviewer, query):
    assert reviewer.get(f"/submissions/{query}").status_code in {404, 422}


def test_mine_unclaimed_and_overdue(reviews, reviewer, browse, settings):
    settings.GATEHOUSE_REVIEW_HOURS = 2
    mirrored(reviews, submission(1), submission(2), submission(3, requested_at=NOW - timedelta(hours=3)))
    reviewer.post(f"/submissions/{key(1)}/claim/")
    assert subjects(reviewer, "?view=mine") == ["Subject 1"]
    assert subjects(browse("analyst"), "?view=mine") == []
    assert subjects(reviewer, "?view=unclaimed") == ["Subject 2", "Subject 3"]
    assert subjects(reviewer, "?view=overdue") == ["Subject 3"]
    badge = LexborHTMLParser(reviewer.get("/submissions/").content.decode()).css_first(".nav-badge")
    assert badge.text(strip=True).startswith("1")


def test_one_submission_stands_beside_its_message(reviews, reviewer):
    reviews.add(held(1, subject="The message itself"))
    mirrored(reviews, submission(1))
    text = reviewer.get(f"/submissions/{key(1)}/").content.decode()
    assert "The domain looks like" in text
    assert "/investigate/messages/4Njp3P0STMz2c001" in text
    assert len([request for request in reviews.requests if request.url.path.endswith("4Njp3P0STMz2c001")]) == 1


def test_a_message_that_can_not_be_read_does_not_hide_the_submission(reviews, reviewer):
    mirrored(reviews, submission(1))
    reviews.broken["GET 4Njp3P0STMz2c001"] = refusal(500, "On fire.")
    response = reviewer.get(f"/submissions/{key(1)}/")
    assert response.status_code == 200
    assert "The API failed" in response.content.decode()


def test_of_two_who_claim_one_gets_it(reviews, reviewer, browse):
    mirrored(reviews, submission(1))
    reviewer.post(f"/submissions/{key(1)}/claim/")
    response = browse("analyst").post(f"/submissions/{key(1)}/claim/", follow=True)
    assert "a-reviewer has claimed it already" in response.content.decode()
    assert Submission.objects.get().claimed_by_name == "a-reviewer"
    browse("analyst").post(f"/submissions/{key(1)}/unclaim/")
    assert Submission.objects.get().claimed_by is None
    assert done_here() == ["review_claim", "review_unclaim"]


def test_notes_are_kept_and_escaped(reviews, reviewer):
    mirrored(reviews, submission(1))
    reviewer.post(f"/submissions/{key(1)}/note/", {"text": "<script>alert(1)</script>"})
    text = reviewer.get(f"/submissions/{key(1)}/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script>alert" not in text
    response = reviewer.post(f"/submissions/{key(1)}/note/", {"text": " "}, follow=True)
    assert "required" in response.content.decode()


def test_closing_here_ends_it_and_reopening_takes_that_back(reviews, reviewer):
    mirrored(reviews, submission(1))
    reviewer.post(f"/submissions/{key(1)}/close/", {"words": "Told the user."})
    row = Submission.objects.get()
    assert (row.closed_by_name, row.closing_words, row.is_open) == ("a-reviewer", "Told the user.", False)
    again = reviewer.post(f"/submissions/{key(1)}/close/", {"words": "Again."}, follow=True)
    assert "has closed it already" in again.content.decode()
    assert Submission.objects.get().closing_words == "Told the user."
    reviewer.post(f"/submissions/{key(1)}/reopen/")
    assert Submission.objects.get().is_open
    assert done_here() == ["review_close", "review_reopen"]


def test_a_users_report_is_escalated_through_the_api(reviews, reviewer):
    reviews.add(held(1))
    mirrored(reviews, submission(1, type="User"))
    reviewer.post(f"/submissions/{key(1)}/escalate/", {"disposition": "MALICIOUS"})
    assert reviews.asked == [
        {
            "id": "4Njp3P0STMz2c001",
            "expected_disposition": "MALICIOUS",
            "escalated_submission_id": key(1),
        }
    ]
    entry = AuditEntry.objects.get(action="reclassify", follows=None)
    assert (entry.final_outcome, entry.detail["escalates"]) == ("done", key(1))


def test_what_the_team_asked_is_not_escalated(reviews, reviewer):
    mirrored(reviews, submission(1))
    reviewer.post(f"/submissions/{key(1)}/escalate/", {"disposition": "MALICIOUS"})
    assert reviews.asked == []


def test_an_escalation_that_fails_says_so_and_is_on_record(reviews, reviewer):
    mirrored(reviews, submission(1, type="User"))
    response = reviewer.post(f"/submissions/{key(1)}/escalate/", {"disposition": "MALICIOUS"})
    assert response.status_code == 404
    assert AuditEntry.objects.get(action="reclassify", follows=None).final_outcome == "failed"


def test_hostile_subjects_stay_text(reviews, reviewer):
    hostile = "<img src=x onerror=alert(1)> \u202egnp.exe"
    mirrored(reviews, submission(1, subject=hostile, requested_by="<b>x</b>", outcome="<i>"))
    for address in ("/submissions/", f"/submissions/{key(1)}/", "/submissions/scoreboard/"):
        text = reviewer.get(address).content.decode()
        assert "<img src=x" not in text
        assert "<b>x</b>" not in text


def test_the_scoreboard_counts_agreement_and_age_and_links_its_lists(reviews, reviewer):
    mirrored(
        reviews,
        submission(1, outcome_disposition="MALICIOUS"),
        submission(2, outcome_disposition="MALICIOUS"),
        submission(3, outcome_disposition="SPAM"),
        submission(4),
    )
    for number, minutes in ((1, 10), (2, 20), (3, 90)):
        row = Submission.objects.get(submission_id=key(number))
        Submission.objects.filter(pk=row.pk).update(answered_at=row.requested_at + timedelta(minutes=minutes))
    page = LexborHTMLParser(reviewer.get("/submissions/scoreboard/").content.decode())
    cells = [cell.text(strip=True) for cell in page.css("table")[0].css("tbody td")]
    assert cells == ["4", "3", "2", "1", "67 %", "20 min", "1 h 30 min"]
    links = [link.attributes["href"] for link in page.css("table")[1].css("tbody a")]
    shown = [subjects(reviewer, link.partition("/submissions/")[2]) for link in links]
    assert [len(found) for found in shown] == [4, 2, 1]


def test_what_is_older_than_the_range_is_not_scored(reviews, reviewer):
    mirrored(reviews, submission(1, requested_at=timezone.now() - timedelta(days=40)))
    page = LexborHTMLParser(reviewer.get("/submissions/scoreboard/?range=30d").content.decode())
    assert page.css("table")[0].css_first("tbody td").text(strip=True) == "0"
    page = LexborHTMLParser(reviewer.get("/submissions/scoreboard/?range=90d").content.decode())
    assert page.css("table")[0].css_first("tbody td").text(strip=True) == "1"
