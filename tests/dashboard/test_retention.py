"""Old rows of the console go in slices; what tells of mail stays while any mail is held."""

from datetime import timedelta

import pytest
from django.utils import timezone

from api_client.errors import ConnectionFailed
from dashboard.holds import selectors
from dashboard.jobs.models import Job, JobItem, JobOutcome
from dashboard.retention import registry, running
from dashboard.retention.registry import rules
from dashboard.walking.models import WalkState
from investigate.reviews.models import Note, Submission
from investigate.search.walks.models import ExportPart, SearchExport
from settings_admin.runs.models import Run, RunLine

pytestmark = pytest.mark.django_db
OLD = timedelta(days=400)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(running, "PAUSE", 0)
    monkeypatch.setattr(running, "is_mail_held", lambda: False)


def a_job(ended, items=3) -> Job:
    job = Job.objects.create(action="move", account_id="a", backend="b", size=items, finished_at=ended)
    for number in range(items):
        item = JobItem.objects.create(job=job, investigate_id=f"m{number}")
        JobOutcome.objects.create(item=item, recipient="bo@acme.example", success=True)
    return job


def test_a_job_goes_with_its_items_a_slice_at_a_time(monkeypatch):
    monkeypatch.setattr(registry, "AT_ONCE", 2)
    now = timezone.now()
    a_job(now - OLD, items=5)
    young, running_one = a_job(now), a_job(None)
    assert running.delete_old() == {"jobs": 1}
    assert set(Job.objects.all()) == {young, running_one}
    assert (JobItem.objects.count(), JobOutcome.objects.count()) == (6, 6)
    assert running.delete_old() == {}


def test_exports_reviews_and_policy_runs_go():
    now = timezone.now()
    export = SearchExport.objects.create(start=now, end=now, state=WalkState.DONE, format="csv")
    SearchExport.objects.update(created_at=now - timedelta(days=9))
    ExportPart.objects.create(export=export, number=1, content=b"x")
    submission = Submission.objects.create(account_id="a", backend="b", requested_at=now - OLD, seen_at=now)
    Note.objects.create(submission=submission, text="seen")
    run = Run.objects.create(kind="domains", action="delete", account_id="a", backend="b", finished_at=now - OLD)
    RunLine.objects.create(run=run, number=1, op="delete")
    assert running.delete_old() == {"exports and counts": 1, "submissions and reports": 1, "policy runs and replays": 1}
    for model in (SearchExport, ExportPart, Submission, Note, Run, RunLine):
        assert not model.objects.exists(), model


def test_what_tells_of_mail_stays_while_mail_is_held(monkeypatch):
    monkeypatch.setattr(running, "is_mail_held", lambda: True)
    job = a_job(timezone.now() - OLD)
    assert running.delete_old() == {}
    assert Job.objects.get() == job


def test_a_gateway_that_does_not_answer_may_hold_mail(monkeypatch, settings):
    def silent():
        raise ConnectionFailed("no answer")

    monkeypatch.setattr(selectors, "api_client_for_background", silent)
    settings.GATEWAY_EMBEDDED = True
    assert selectors.is_mail_held()
    settings.GATEWAY_EMBEDDED = False
    assert not selectors.is_mail_held()


def test_nothing_goes_where_the_operator_keeps_everything(settings):
    for name in ("GATEHOUSE_JOB_DAYS", "GATEHOUSE_REVIEW_DAYS", "GATEHOUSE_POLICY_RUN_DAYS"):
        setattr(settings, name, 0)
    a_job(timezone.now() - OLD * 10)
    assert running.delete_old() == {}


def test_what_the_mirror_still_reads_is_not_deleted(settings):
    settings.GATEHOUSE_REVIEW_DAYS = 1
    (rule,) = (rule for rule in rules() if rule.name == "submissions and reports")
    assert rule.before < timezone.now() - timedelta(days=90)
