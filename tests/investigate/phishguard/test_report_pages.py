"""PhishGuard reports: the list, one report, and what the team does with it."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from investigate.reviews.mirror import mirror_refresh
from investigate.reviews.models import MirrorKind, Report
from tests.investigate.reviews.reviews_api import report

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer(browse):
    return browse("reviewer")


def mirrored(reviews, *reports):
    reviews.reports = list(reports)
    mirror_refresh(MirrorKind.REPORTS)


def titles(client, query=""):
    page = LexborHTMLParser(client.get(f"/phishguard/{query}").content.decode())
    return [link.text(strip=True) for link in page.css(".review-subject a")]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [1, 2, 3]),
        ("?priority=low", [2]),
        ("?disposition=SPOOF", [3]),
        ("?tag=late_threat", [2]),
        ("?query=campaign+3", [3]),
        ("?query=anna%40team.example", [1, 2, 3]),
        ("?from_day=2000-01-01&to_day=2000-01-02", []),
    ],
)
def test_reports_are_filtered(reviews, reviewer, query, numbers):
    mirrored(
        reviews,
        report(1),
        report(2, priority="low", tags=[{"category": "kind", "value": "late_threat"}]),
        report(3, disposition="SPOOF"),
    )
    assert titles(reviewer, query) == [f"Campaign {number}" for number in numbers]


def test_a_report_is_claimed_noted_and_closed(reviews, reviewer):
    mirrored(reviews, report(1), report(2))
    reviewer.post("/phishguard/1/claim/")
    reviewer.post("/phishguard/1/note/", {"text": "Looks real."})
    assert titles(reviewer, "?view=mine") == ["Campaign 1"]
    assert "Looks real." in reviewer.get("/phishguard/1/").content.decode()
    reviewer.post("/phishguard/1/close/", {"words": "Purged."})
    assert titles(reviewer) == ["Campaign 2"]
    assert titles(reviewer, "?view=closed") == ["Campaign 1"]
    mirror_refresh(MirrorKind.REPORTS)
    assert Report.objects.get(report_id=1).closing_words == "Purged."


def test_the_message_is_one_click_away_and_links_in_it_are_broken(reviews, reviewer):
    mirrored(reviews, report(1, content="Look at https://evil.example/login now", title="<b>x</b>"))
    text = reviewer.get("/phishguard/1/").content.decode()
    assert 'href="/investigate/messages/4Njp3P0STMz2c001/"' in text
    assert "https://evil.example" not in text
    assert "<b>x</b>" not in text


def test_what_is_not_there_is_not_found(reviews, reviewer):
    mirrored(reviews, report(1))
    assert reviewer.get("/phishguard/2/").status_code == 404
    assert reviewer.get(f"/phishguard/{'9' * 30}/").status_code == 404
    assert reviewer.get("/phishguard/?view=nothing").status_code == 404
