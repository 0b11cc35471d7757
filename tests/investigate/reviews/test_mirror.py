"""The mirror follows the API, and keeps what the team wrote beside it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from api_client import NEVER, ApiError
from dashboard import backend
from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.chain.triggers import remove
from dashboard.audit.services import close, record
from dashboard.jobs.services import job_create
from dashboard.people.services import people_ensure
from investigate.reviews import mirror
from investigate.reviews.mirror import mirror_of, mirror_refresh
from investigate.reviews.models import Mirror, MirrorKind, Report, Submission
from investigate.reviews.request_matching import unmatched_requests
from tests.investigate.fake_api import NOW, refusal
from tests.investigate.reviews.reviews_api import report, submission

pytestmark = pytest.mark.django_db
ANNA = Actor(user_id=None, username="anna", role="reviewer", ip=None)


def refresh(kind=MirrorKind.SUBMISSIONS, **more):
    assert mirror_refresh(kind, **more)


def test_everything_is_mirrored_over_several_pages(reviews, monkeypatch):
    monkeypatch.setattr(mirror, "PER_PAGE", 7)
    reviews.submissions = [submission(number) for number in range(1, 31)]
    refresh()
    assert Submission.objects.count() == 30
    first = Submission.objects.get(submission_id=submission(1)["submission_id"])
    assert (first.subject, first.type, first.requested_disposition) == ("Subject 1", "Team", "MALICIOUS")


def test_reading_again_changes_what_the_api_changed_and_nothing_of_ours(reviews):
    reviews.submissions = [submission(1)]
    refresh()
    Submission.objects.update(claimed_by_name="anna", closing_words="ours")
    reviews.submissions = [submission(1, status="completed", outcome="agreed", outcome_disposition="MALICIOUS")]
    refresh()
    row = Submission.objects.get()
    assert (row.outcome, row.outcome_disposition, row.claimed_by_name, row.closing_words) == (
        "agreed",
        "MALICIOUS",
        "anna",
        "ours",
    )


@pytest.mark.parametrize(
    ("fields", "is_open"),
    [
        ({}, True),
        ({"status": "completed", "outcome_disposition": "SPAM"}, False),
        ({"status": "failed"}, False),
        ({"type": "User"}, True),
        ({"type": "USER", "customer_status": "UNREVIEWED", "outcome_disposition": "SPAM"}, True),
        ({"type": "User", "customer_status": "reviewed"}, False),
        ({"type": "User", "customer_status": "escalated"}, False),
        ({"type": "User", "customer_status": None, "outcome_disposition": "SPAM"}, False),
    ],
)
def test_what_the_api_is_done_with_is_no_longer_open(reviews, fields, is_open):
    reviews.submissions = [submission(1, **fields)]
    refresh()
    assert Submission.objects.get().is_open == is_open


def test_its_age_ends_when_the_mirror_saw_the_answer(reviews):
    reviews.submissions = [submission(1)]
    refresh()
    assert Submission.objects.get().answered_at is None
    reviews.submissions = [submission(1, outcome_disposition="SPAM")]
    refresh()
    seen = Submission.objects.get().answered_at
    refresh()
    assert Submission.objects.get().answered_at == seen
    assert Submission.objects.get().age == seen - Submission.objects.get().requested_at


def test_what_is_no_longer_listed_is_marked_and_kept(reviews):
    reviews.submissions = [submission(1), submission(2)]
    refresh()
    reviews.submissions = [submission(1)]
    refresh(full=True)
    assert {row.subject: row.gone_at is not None for row in Submission.objects.all()} == {
        "Subject 1": False,
        "Subject 2": True,
    }
    reviews.submissions = [submission(1), submission(2)]
    refresh(full=True)
    assert not Submission.objects.filter(gone_at__isnull=False).exists()


def test_old_ones_are_read_once_an_hour_only(reviews):
    reviews.submissions = [submission(1, requested_at=NOW - timedelta(days=20))]
    refresh()
    reviews.submissions = [submission(1, requested_at=NOW - timedelta(days=20), subject="Changed")]
    refresh()
    assert Submission.objects.get().subject == "Subject 1"
    Mirror.objects.update(full_at=timezone.now() - timedelta(hours=2))
    refresh()
    assert Submission.objects.get().subject == "Changed"


def test_an_api_that_fails_is_told_and_given_a_rest(reviews, monkeypatch):
    monkeypatch.setattr(backend, "BACKGROUND", NEVER)
    monkeypatch.setattr(backend, "_clients", {})
    reviews.failure = refusal(500, "On fire.")
    with pytest.raises(ApiError):
        mirror_refresh(MirrorKind.SUBMISSIONS)
    assert "On fire" in mirror_of(MirrorKind.SUBMISSIONS).error
    reviews.failure = None
    assert not mirror_refresh(MirrorKind.SUBMISSIONS)
    Mirror.objects.update(not_before=None)
    refresh()
    assert mirror_of(MirrorKind.SUBMISSIONS).error == ""


def test_two_refreshes_do_not_run_at_once_and_a_dead_one_is_forgotten(reviews):
    reviews.submissions = [submission(1)]
    mirror_of(MirrorKind.SUBMISSIONS)
    Mirror.objects.update(lease_until=timezone.now() + timedelta(minutes=1))
    assert not mirror_refresh(MirrorKind.SUBMISSIONS)
    Mirror.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    refresh()
    assert Submission.objects.count() == 1


def test_reports_are_mirrored_with_tags_and_people(reviews):
    reviews.reports = [report(1), report(2, priority="LOW", tags=None)]
    refresh(MirrorKind.REPORTS)
    first = Report.objects.get(report_id=1)
    assert first.tags == [{"category": "kind", "value": "campaign"}]
    assert first.recipients == ["anna@team.example"]
    assert Report.objects.get(report_id=2).priority == "low"


def asked(number=1, *, disposition="MALICIOUS", outcome=Outcome.DONE, message_id=None):
    """Leave the audit entry of a request for another verdict, as the console does."""
    entry = record(
        actor=ANNA,
        action=AuditAction.RECLASSIFY,
        object_kind="message",
        object_id=message_id or f"4Njp3P0STMz2c{number:03d}-2026-11-20T06:00:00-00000001",
        outcome=Outcome.ATTEMPTED,
        detail={"asked": disposition},
    )
    close(entry, outcome)
    return entry


def test_a_submission_is_tied_to_the_person_who_asked(reviews):
    asked(1)
    reviews.submissions = [submission(1, requested_at=timezone.now()), submission(2, requested_at=timezone.now())]
    refresh()
    assert {row.subject: row.asked_by_name for row in Submission.objects.all()} == {
        "Subject 1": "anna",
        "Subject 2": "",
    }


def test_what_is_asked_between_two_refreshes_is_tied_by_the_quick_one(reviews):
    refresh()
    full_at = mirror_of(MirrorKind.SUBMISSIONS).full_at
    asked(1)
    reviews.submissions = [submission(1, requested_at=timezone.now())]
    refresh()
    assert Submission.objects.get().asked_by_name == "anna"
    assert mirror_of(MirrorKind.SUBMISSIONS).full_at == full_at, "this was no whole refresh"


def test_what_was_missed_is_tied_by_the_next_whole_refresh_and_not_looked_at_before(reviews):
    refresh()
    entry = asked(1)
    then = timezone.now() - timedelta(hours=3)
    remove(connection)
    type(entry).objects.filter(pk=entry.pk).update(at=then)
    reviews.submissions = [submission(1, requested_at=then)]
    refresh()
    assert Submission.objects.get().asked_by_name == ""
    refresh(full=True)
    assert Submission.objects.get().asked_by_name == "anna"


def test_another_verdict_another_time_or_a_users_report_is_not_tied(reviews):
    asked(1, disposition="SPAM")
    asked(2)
    asked(3, message_id="4Njp3P0STMz2c0031-2026-11-20T06:00:00-00000001")
    reviews.submissions = [
        submission(1, requested_at=timezone.now()),
        submission(2, requested_at=timezone.now() - timedelta(hours=1)),
        submission(3, requested_at=timezone.now()),
    ]
    asked(4)
    reviews.submissions.append(submission(4, requested_at=timezone.now(), type="User"))
    refresh()
    assert set(Submission.objects.values_list("asked_by_name", flat=True)) == {""}


def test_a_request_of_a_job_is_tied_too(reviews):
    person = people_ensure(username="ben", password="long enough to be one", role="analyst")[0]
    ids = [f"4Njp3P0STMz2c00{number}-2026-11-20T06:00:00-00000001" for number in (1, 2)]
    job = job_create(user=person, action="reclassify", disposition="MALICIOUS", ids=ids, reason="a test")
    job.items.filter(investigate_id=ids[0]).update(attempted_at=timezone.now())
    reviews.submissions = [submission(1, requested_at=timezone.now())]
    refresh()
    assert Submission.objects.get().asked_by_name == "ben"


def test_a_jobs_request_that_became_nothing_is_unmatched(reviews, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr("investigate.reviews.request_matching.SETTLED", timedelta(0))
    person = people_ensure(username="ben", password="long enough to be one", role="analyst")[0]
    ids = [f"4Njp3P0STMz2c00{number}-2026-11-20T06:00:00-00000001" for number in (1, 2, 3)]
    job = job_create(user=person, action="reclassify", disposition="MALICIOUS", ids=ids, reason="a test")
    job.items.update(attempted_at=timezone.now(), state="done")
    job.items.filter(investigate_id=ids[2]).update(state="failed")
    reviews.submissions = [submission(1, requested_at=timezone.now())]
    refresh()
    with django_assert_max_num_queries(5):
        found = unmatched_requests()
    assert [(request.postfix_id, request.by_name) for request in found] == [("4Njp3P0STMz2c002", "ben")]


def test_a_request_without_a_submission_is_shown_as_unmatched(reviews, monkeypatch):
    monkeypatch.setattr("investigate.reviews.request_matching.SETTLED", timedelta(0))
    asked(1)
    asked(2)
    asked(3, outcome=Outcome.FAILED)
    reviews.submissions = [submission(1, requested_at=timezone.now())]
    refresh()
    assert [request.postfix_id for request in unmatched_requests()] == ["4Njp3P0STMz2c002"]
