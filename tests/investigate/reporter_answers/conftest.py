"""The console with an API that has submissions and protected domains, and a worker that answers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.outbox.models import OutboxEntry
from investigate.campaigns.models import CampaignMessage
from investigate.reporter_answers.answering import answer_reporters
from investigate.reporter_answers.models import AnswerDomain
from investigate.reporter_answers.selectors import answer_settings
from investigate.reviews.mirror import mirror_refresh
from investigate.reviews.models import MirrorKind
from tests.investigate import fake_api
from tests.investigate.fake_api import NOW, envelope
from tests.investigate.reviews.reviews_api import PREFIX, ReviewsApi, submission

pytestmark = pytest.mark.django_db
BO = "bo@team.example"


class AnswersApi(ReviewsApi):
    """The fake API with protected domains; `domain_calls` counts how often they were asked for."""

    def __init__(self):
        super().__init__()
        self.domains, self.domain_calls, self.domain_failure = ["team.example"], 0, None

    def handle(self, request):
        if request.url.path == f"{PREFIX}/settings/domains":
            self.domain_calls += 1
            if self.domain_failure is not None:
                return self.domain_failure
            info = {"count": len(self.domains), "page": 1, "per_page": 100, "total_count": len(self.domains)}
            first = request.url.params.get("page", "1") == "1"
            return envelope([{"domain": name} for name in self.domains] if first else [], result_info=info)
        return super().handle(request)


@pytest.fixture
def reviews(api):
    """The API that the console speaks to."""
    fake_api.api = AnswersApi()
    return fake_api.api


@pytest.fixture
def switched_on(db, reviews):
    """Answers are on for one domain, since before all reports."""

    def switch(domain="team.example", language="en", since=NOW - timedelta(days=30), **settings):
        AnswerDomain.objects.create(
            account_id=backend_account_id(),
            backend=backend_fingerprint(),
            domain=domain,
            language=language,
            since=since,
        )
        row = answer_settings()
        for name, value in settings.items():
            setattr(row, name, value)
        row.save()

    return switch


@pytest.fixture
def answering(reviews):
    """Mirror these submissions and let the worker answer; return the mails in the outbox, the oldest first."""

    def run(*submissions):
        reviews.submissions = list(submissions)
        mirror_refresh(MirrorKind.SUBMISSIONS, full=True)
        answer_reporters()
        return list(OutboxEntry.objects.order_by("id"))

    return run


def user_report(number=1, who=BO, **fields):
    """Return a user's report, which nobody has reviewed."""
    return submission(number, **{"type": "User", "subject": f"Parcel {number}", "requested_by": who} | fields)


def by_team(number, about, disposition="MALICIOUS", **fields):
    """Return the team's submission about a report's message, which was judged."""
    judged = {"outcome_disposition": disposition, "status": "completed", "customer_status": "reviewed"}
    judged["requested_disposition"] = disposition or "MALICIOUS"
    post = {"original_postfix_id": about["original_postfix_id"], "requested_at": NOW}
    return submission(number, **judged | post | fields)


def read_message(report, investigate_id="inv-1", **fields):
    """Write what the console has read of a report's message."""
    values = {
        "postfix_id": report["original_postfix_id"],
        "scanned_at": NOW - timedelta(hours=5),
        "sender": "desk@parcels.example",
        "seen_at": timezone.now(),
    }
    return CampaignMessage.objects.create(
        account_id=backend_account_id(),
        backend=backend_fingerprint(),
        investigate_id=investigate_id,
        **values | fields,
    )
