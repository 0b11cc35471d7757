"""The limits of an automation: it stops itself, says so, and goes on only when a person resumes it."""

from datetime import timedelta

from django.utils import timezone

from dashboard.audit.actor import actor_for
from dashboard.jobs.models import JobItem
from dashboard.retention.tasks import delete_old_rows
from investigate.automations.badges import stopped_count
from investigate.automations.models import Automation, Firing, Notice
from investigate.automations.services import automation_resume
from investigate.automations.states import Mode, Run
from investigate.reviews.models import Submission
from tests.investigate.automations.conftest import letter, reported, run
from tests.investigate.fake_api import message


def test_ten_thousand_reports_meet_the_limit_and_no_more_is_done(make, api):
    at = timezone.now() - timedelta(minutes=5)
    letters = [message(number, postfix_id=f"P{number:05d}", scanned_at=at) for number in range(10_000)]
    api.messages = letters
    Submission.objects.bulk_create([reported(one["postfix_id"], "bo@team.example") for one in letters], batch_size=500)
    automation = make(event="reported", per_hour=40, on=True)
    for _ in range(5):
        run(automation)
    assert JobItem.objects.count() == Firing.objects.filter(run=Run.REAL).count() == 40
    assert automation.mode == Mode.STOPPED
    assert "40 an hour" in automation.stopped_why
    assert len(api.requests) < 200
    assert stopped_count() == 1


def test_ten_thousand_reports_of_one_mail_act_on_its_copies_once(make, api):
    copies = [letter(number, subject="Your parcel", edf_hash="a" * 64) for number in range(30)]
    api.add(*copies)
    rows = [
        reported(copies[number % 30]["postfix_id"], f"p{number}@team.example", text_hash="a" * 64)
        for number in range(10_000)
    ]
    Submission.objects.bulk_create(rows, batch_size=500)
    automation = make(event="reported", reporters=5, scope="copies", on=True)
    for _ in range(3):
        run(automation)
    assert (JobItem.objects.count(), automation.mode) == (30, Mode.ON)
    assert automation.cursor["pk"] == Submission.objects.latest("pk").pk


def test_a_mail_with_too_many_copies_is_left_whole(make, api):
    api.add(*(letter(number, subject="Your parcel", edf_hash="a" * 64) for number in range(11)))
    automation = make(query="subject:parcel", scope="copies", unattended=10, on=True)
    run(automation)
    assert (JobItem.objects.count(), automation.mode) == (0, Mode.STOPPED)
    assert "before a person looks" in automation.stopped_why


def test_a_person_resumes_it_where_it_stopped_or_from_now_on(make, api, ann):
    api.add(*(letter(number) for number in range(8)))
    automation = make(unattended=3, on=True)
    run(automation)
    assert (JobItem.objects.count(), automation.mode) == (3, Mode.STOPPED)
    run(automation)
    assert JobItem.objects.count() == 3
    automation_resume(actor=actor_for(ann), automation=automation, user=ann, skip=False)
    run(automation)
    assert (JobItem.objects.count(), automation.mode) == (6, Mode.STOPPED)
    automation_resume(actor=actor_for(ann), automation=automation, user=ann, skip=True)
    run(automation)
    assert (JobItem.objects.count(), automation.mode) == (6, Mode.ON)


def test_the_hour_is_counted_over_a_resume_and_ends(make, api, ann):
    api.add(*(letter(number) for number in range(4)))
    automation = make(per_hour=2, on=True)
    run(automation)
    automation_resume(actor=actor_for(ann), automation=automation, user=ann, skip=False)
    run(automation)
    assert (JobItem.objects.count(), automation.mode) == (2, Mode.STOPPED)
    Firing.objects.update(at=timezone.now() - timedelta(minutes=61))
    automation_resume(actor=actor_for(ann), automation=automation, user=ann, skip=False)
    run(automation)
    assert JobItem.objects.count() == 4
    assert Automation.objects.get().mode == Mode.ON


def test_old_acts_and_ticked_notices_go_and_open_notices_stay(make, api, settings):
    settings.GATEHOUSE_AUTOMATION_DAYS = 1
    automation = make()
    for number, days in ((1, 90), (2, 93)):
        firing = Firing.objects.create(automation=automation, run=Run.REAL, message_id=str(number), state="done")
        Firing.objects.filter(pk=firing.pk).update(at=timezone.now() - timedelta(days=days))
    for done_at in (None, timezone.now()):
        Notice.objects.create(automation=automation, text="x", done_at=done_at)
    Notice.objects.update(at=timezone.now() - timedelta(days=93))
    delete_old_rows()
    assert [firing.message_id for firing in Firing.objects.all()] == ["1"]
    assert [notice.done_at for notice in Notice.objects.all()] == [None]
