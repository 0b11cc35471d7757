"""The scoreboard says who reports well: agreement, time from delivery to report, and time to the answer."""

from datetime import timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser

from investigate.reporter_answers.models import Answer
from investigate.reviews.mirror import mirror_refresh
from investigate.reviews.models import MirrorKind
from investigate.submissions.reporter_scores import reporter_scores
from tests.investigate.fake_api import NOW
from tests.investigate.reporter_answers.conftest import BO, by_team, read_message, user_report

pytestmark = pytest.mark.django_db
SINCE = NOW - timedelta(days=7)


@pytest.fixture
def mirrored(reviews):
    def mirror(*submissions):
        reviews.submissions = list(submissions)
        mirror_refresh(MirrorKind.SUBMISSIONS, full=True)

    return mirror


def test_agreement_is_with_what_the_team_said_and_threats_agree_with_threats(mirrored):
    right, near, wrong, open_one = (user_report(number) for number in (1, 2, 3, 4))
    simulation = user_report(5, outcome="a known phishing simulation")
    invalid = user_report(6, status="invalid", original_postfix_id=None)
    other = user_report(7, who="JO@team.example", requested_disposition="SPAM")
    mirrored(
        right, near, wrong, open_one, simulation, invalid, other, user_report(8, who="jo@team.example"),
        by_team(21, right), by_team(22, near, "SUSPICIOUS"), by_team(23, wrong, "NONE"), by_team(24, other, "SPAM"),
    )  # fmt: skip
    scores = reporter_scores(SINCE)
    bo, jo = scores.by_reporter
    assert (bo.name, bo.reports, bo.decided, bo.agreed, bo.agreement, bo.invalid) == (BO, 6, 4, 3, 75, 1)
    assert (jo.reports, jo.decided, jo.agreed) == (2, 1, 1)
    assert (scores.total.reports, scores.total.decided, scores.more) == (8, 5, 0)


def test_how_soon_it_was_reported_and_answered(mirrored, switched_on, answering):
    switched_on()
    reports = [user_report(number) for number in (1, 2, 3)]
    for number, report in enumerate(reports):
        asked = NOW - timedelta(minutes=10 * (number + 1))
        read_message(report, f"inv-{number}", scanned_at=asked - timedelta(minutes=(5, 50, 7)[number]))
    reviewed = [report | {"customer_status": "reviewed"} for report in reports]
    answering(*reviewed, *(by_team(10 + number, report) for number, report in enumerate(reports)))
    for answer in Answer.objects.all():
        number = int(answer.submission_id[-1])
        Answer.objects.filter(pk=answer.pk).update(at=NOW - timedelta(minutes=10 * number) + timedelta(minutes=number))
    total = reporter_scores(SINCE).total
    assert (total.to_report, total.to_answer) == (timedelta(minutes=7), timedelta(minutes=2))


def test_nothing_is_known_of_nobody(mirrored):
    mirrored()
    total = reporter_scores(SINCE).total
    assert (total.agreement, total.to_report, total.to_answer) == (None, None, None)


def test_the_page_lists_them_and_leads_to_their_reports(mirrored, browse):
    mirrored(user_report(1), user_report(2, who="<b>eve@team.example"))
    client = browse("reviewer")
    html = client.get("/submissions/scoreboard/").content.decode()
    assert "<b>eve" not in html
    page = LexborHTMLParser(html)
    links = [link.attributes["href"] for link in page.css("td.number a") if "type=User" in link.attributes["href"]]
    assert len(links) == 3
    assert "Parcel 1" in client.get(next(link for link in links if "bo%40" in link)).content.decode()
