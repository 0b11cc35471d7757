"""Mail about what is overdue: once for each submission, to those who review."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection

from dashboard.outbox.models import OutboxEntry
from investigate.reviews.mirror import mirror_refresh
from investigate.reviews.models import MirrorKind
from investigate.submissions.overdue import mail_overdue
from tests.investigate.fake_api import NOW
from tests.investigate.reviews.reviews_api import submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def late(reviews, browse, settings):
    """Two submissions, of which one is overdue, and a reviewer with an address."""
    settings.GATEHOUSE_REVIEW_HOURS = 24
    settings.GATEHOUSE_SENDS_MAIL = True
    settings.GATEHOUSE_URL = "https://console.example"
    browse("reviewer")
    User.objects.filter(username="a-reviewer").update(email="rita@team.example")
    subject = "Open http://evil.example/ now"
    reviews.submissions = [submission(1), submission(2, requested_at=NOW - timedelta(hours=30), subject=subject)]
    mirror_refresh(MirrorKind.SUBMISSIONS)


def test_reviewers_are_told_once(late):
    assert mail_overdue() == 1
    assert mail_overdue() == 0
    (sent,) = OutboxEntry.objects.all()
    assert sent.destination == "rita@team.example"
    assert sent.payload["subject"] == "1 overdue submission"
    for part in ("text", "html"):
        assert "https://console.example/submissions/?view=overdue" in sent.payload[part]
        assert "http://evil.example" not in sent.payload[part]


def test_without_anybody_to_tell_it_waits_until_there_is(late):
    User.objects.update(email="")
    assert mail_overdue() == 0
    User.objects.filter(username="a-reviewer").update(email="rita@team.example")
    assert mail_overdue() == 1


def test_people_who_left_are_not_told(late):
    User.objects.update(is_active=False)
    assert mail_overdue() == 0


def test_without_a_mail_server_nothing_is_marked_as_told(late, settings):
    settings.GATEHOUSE_SENDS_MAIL = False
    assert mail_overdue() == 0
    settings.GATEHOUSE_SENDS_MAIL = True
    assert mail_overdue() == 1


def test_what_could_not_be_marked_is_not_sent(late):
    def refuse(execute, sql, params, many, context):
        if sql.startswith("UPDATE"):
            raise DatabaseError("refused")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse), pytest.raises(DatabaseError, match="refused"):
        mail_overdue()
    assert not OutboxEntry.objects.exists()
    assert mail_overdue() == 1
