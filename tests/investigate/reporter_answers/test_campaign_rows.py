"""Reports of one campaign stand in one row, and those of the same mail are never torn apart."""

import pytest

from dashboard.backend import backend_account_id, backend_fingerprint
from investigate.campaigns.models import Campaign
from investigate.reviews.mirror import mirror_refresh
from investigate.reviews.models import MirrorKind, Submission
from investigate.submissions.campaign_rows import rows_keep
from tests.investigate.fake_api import NOW
from tests.investigate.reporter_answers.conftest import read_message, user_report
from tests.investigate.submissions.test_same_mail import rows

pytestmark = pytest.mark.django_db


def campaign(key="c1", *, is_threat=True):
    return Campaign.objects.create(
        account_id=backend_account_id(),
        backend=backend_fingerprint(),
        key=key,
        size=3,
        is_threat=is_threat,
        first_at=NOW,
        last_at=NOW,
        grown_at=NOW,
    )


@pytest.fixture
def mirrored(reviews):
    def mirror(*submissions):
        reviews.submissions = list(submissions)
        mirror_refresh(MirrorKind.SUBMISSIONS, full=True)

    return mirror


def test_reports_of_one_campaign_of_threats_are_one_row_also_after_a_refresh(mirrored, browse):
    reports = [user_report(number, f"p{number}@team.example") for number in (1, 2, 3)]
    mirrored(*reports)
    together = campaign()
    for number in (0, 1):
        read_message(reports[number], f"inv-{number}", campaign=together)
    client = browse("reviewer")
    assert len(rows(client)) == 3
    assert rows_keep() == 2
    assert rows_keep() == 0
    mirrored(*reports)
    found = rows(client)
    assert len(found) == 2
    assert "2 reports: p1@team.example, p2@team.example" in found[0]
    page = client.get(f"/submissions/{reports[0]['submission_id']}/").content.decode()
    assert "1 more report of its campaign" in page


def test_reports_of_the_same_mail_stay_together_when_one_copy_is_in_the_campaign(mirrored):
    text = {"original_edf_hash": "a" * 32, "subject": "Your parcel"}
    first, second, other = user_report(1, **text), user_report(2, **text), user_report(3)
    mirrored(first, second, other)
    together = campaign()
    read_message(first, "inv-1", campaign=together)
    read_message(other, "inv-3", campaign=together)
    rows_keep()
    assert Submission.objects.values("row_key").distinct().count() == 1


def test_a_report_of_what_resembles_a_newsletter_keeps_its_row(mirrored):
    reports = [user_report(number) for number in (1, 2)]
    mirrored(*reports)
    news = campaign(is_threat=False)
    for number, report in enumerate(reports):
        read_message(report, f"inv-{number}", campaign=news)
    assert rows_keep() == 0


def test_a_campaign_that_is_none_any_more_lets_its_reports_go(mirrored):
    reports = [user_report(number) for number in (1, 2)]
    mirrored(*reports)
    together = campaign()
    for number, report in enumerate(reports):
        read_message(report, f"inv-{number}", campaign=together)
    rows_keep()
    Campaign.objects.update(is_threat=False)
    assert rows_keep() == 2
    assert Submission.objects.values("row_key").distinct().count() == 2
