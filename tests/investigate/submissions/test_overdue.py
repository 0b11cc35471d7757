"""Mail about what is overdue: once for each submission, to those who review."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core import mail

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
    settings.GATEHOUSE_URL = "https://console.example"
    browse("reviewer")
    User.objects.filter(username="a-reviewer").update(email="rita@team.example")
    subject = "Open http://evil.example/ now"
    reviews.submissions = [submission(1), submission(2, requested_at=NOW - timedelta(hours=30), subject=subject)]
    mirror_refresh(MirrorKind.SUBMISSIONS)


def test_reviewers_are_told_once(late):
    assert mail_overdue() == 1
    assert mail_overdue() == 0
    (sent,) = mail.outbox
    assert sent.bcc == ["rita@team.example"]
    assert sent.subject == "1 overdue submission"
    assert "https://console.example/submissions/?view=overdue" in sent.body
    assert "http://evil.example" not in sent.body


def test_without_anybody_to_tell_it_waits_until_there_is(late):
    User.objects.update(email="")
    assert mail_overdue() == 0
    User.objects.filter(username="a-reviewer").update(email="rita@team.example")
    assert mail_overdue() == 1


def test_people_who_left_are_not_told(late):
    User.objects.update(is_active=False)
    assert mail_overdue() == 0


def test_a_mail_server_that_fails_does_not_lose_the_news(late, settings):
    settings.EMAIL_BACKEND = "tests.investigate.submissions.test_overdue.Failing"
    with pytest.raises(OSError, match="refused"):
        mail_overdue()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert mail_overdue() == 1


class Failing:
    """A mail backend whose server is not there."""

    def __init__(self, *args, **kwargs):
        pass

    def send_messages(self, messages):
        raise OSError("refused")
