"""The weekly report: its figures, when it is due, that it is sent once, and what is missing is said."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from dashboard.audit.models import AuditEntry
from dashboard.outbox.mail import File
from dashboard.outbox.models import OutboxEntry
from dashboard.people.services import people_ensure
from dashboard.weekly_report import sending
from dashboard.weekly_report.figures import last_whole_week, week_of
from dashboard.weekly_report.models import ReportSchedule
from dashboard.weekly_report.sending import due_week, report_mail, report_send_due, schedule_ensure
from tests.dashboard.weekly_report.conftest import MONDAY, counted
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
DUE = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
"""Monday, seven in Berlin."""


def mails():
    return {entry.destination: entry.payload for entry in OutboxEntry.objects.filter(channel="mail")}


@pytest.fixture
def now(monkeypatch):
    """Set the time that the report is sent at."""

    def set_to(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return set_to


def test_the_figures_are_those_of_the_week_beside_the_week_before(week):
    found = week_of(MONDAY)
    lines = {line.name: line for line in found.dispositions}
    assert (found.total, found.total_before) == (84, 25)
    assert (lines["MALICIOUS"].count, lines["MALICIOUS"].change) == (14, -6)
    assert lines["NONE"].share == 100
    assert found.targets == [("bo@acme.example", 28)]
    assert (found.missing, found.partial) == ([], [])


def test_days_that_are_not_counted_are_named(week):
    row = sending.week_of(MONDAY - timedelta(days=7))
    assert len(row.missing) == 6
    counted(MONDAY + timedelta(days=7), is_complete=False, NONE=1)
    mail = report_mail(week_of(MONDAY + timedelta(days=7)), to="a@acme.example", language="en", file=None)
    assert "nothing of 24 November, 25 November" in mail.payload["text"]
    assert "only a part of 23 November" in mail.payload["html"]


@pytest.mark.parametrize(
    ("moment", "week"),
    [
        (DUE - timedelta(minutes=1), None),
        (DUE, MONDAY),
        (DUE + timedelta(days=6), MONDAY),
        (DUE + timedelta(days=7), MONDAY + timedelta(days=7)),
    ],
)
def test_it_is_due_from_its_hour_in_its_zone_on(schedule, moment, week):
    due = due_week(schedule, moment)
    assert (due and due[0]) == week


def test_summer_time_moves_it_with_the_clocks(schedule):
    schedule.sent_week = None
    assert due_week(schedule, datetime(2026, 7, 6, 5, 0, tzinfo=UTC))[0] == date(2026, 6, 29)
    assert due_week(schedule, datetime(2026, 7, 6, 4, 59, tzinfo=UTC))[0] == date(2026, 6, 22)


def test_off_it_is_never_due(schedule):
    schedule.is_on = False
    assert due_week(schedule, DUE) is None


def test_it_is_sent_once_in_each_language_and_says_that_the_pdf_is_missing(week, schedule, now):
    now(DUE)
    assert report_send_due() == 0, "it waits for the renderer for an hour"
    now(DUE + timedelta(hours=1, minutes=1))
    assert report_send_due() == 2
    found = mails()
    assert found["boss@acme.example"]["subject"] == "Email, 16 November to 22 November 2026"
    assert found["chefin@acme.example"]["subject"] == "E-Mail vom 16. November bis 22. November 2026"
    assert "The PDF could not be drawn" in found["boss@acme.example"]["text"]
    assert "Schädlich: 14 (-6)" in found["chefin@acme.example"]["text"]
    assert "<b>evil" not in found["boss@acme.example"]["html"]
    assert "PDF" in ReportSchedule.objects.get().trouble
    assert report_send_due() == 0
    assert OutboxEntry.objects.count() == 2


def test_a_week_that_another_worker_sent_meanwhile_is_not_sent_again(week, schedule, now):
    now(DUE + timedelta(hours=2))
    before = due_week(schedule, timezone.now())
    assert before is not None
    report_send_due()
    ReportSchedule.objects.update(sent_week=MONDAY - timedelta(days=7))
    report_send_due()
    assert OutboxEntry.objects.count() == 2, "the keys are the weeks and addresses"


def test_switched_on_it_begins_with_the_next_one(client, week):
    sign_in(client, people_ensure(username="an-admin", password="twelve walls of grey", role="admin")[0])
    client.post("/weekly-report/", {"is_on": "on", "weekday": "0", "hour": "7", "zone": "Europe/Berlin"})
    schedule = schedule_ensure()
    assert schedule.sent_week == last_whole_week(timezone.now().astimezone(UTC).date())
    assert report_send_due() == 0


def test_the_page_adds_removes_tries_and_it_is_on_record(client, week):
    sign_in(client, people_ensure(username="an-admin", password="twelve walls of grey", role="admin")[0])
    client.post("/weekly-report/add/", {"address": "boss@acme.example", "language": "en"})
    page = client.post("/weekly-report/add/", {"address": "boss@acme.example", "language": "de"}).content.decode()
    assert "gets it already" in page
    assert "valid email" in client.post("/weekly-report/add/", {"address": "no\r\nBcc: a@b.example"}).content.decode()
    assert (
        "no such time zone"
        in client.post("/weekly-report/", {"weekday": 0, "hour": 1, "zone": "../etc"}).content.decode()
    )
    recipient = schedule_ensure().recipients.get()
    client.post(f"/weekly-report/{recipient.pk}/remove/")
    assert "could not be drawn" in client.post("/weekly-report/pdf/", follow=True).content.decode()
    actions = AuditEntry.objects.filter(object_kind="weekly_report").order_by("id").values_list("action", flat=True)
    assert list(actions) == ["report_recipient_add", "report_recipient_remove"]


@pytest.mark.parametrize("role", ["analyst", "reviewer", "policy_admin", "read_only"])
def test_it_is_for_admins_alone(client, db, role):
    sign_in(client, people_ensure(username=role, password="twelve walls of grey", role=role)[0])
    assert client.get("/weekly-report/").status_code == 403
    assert client.post("/weekly-report/try/").status_code == 403


def test_the_pdf_is_attached(week):
    mail = report_mail(
        week_of(MONDAY), to="a@acme.example", language="de", file=File("a.pdf", "application/pdf", b"%PDF-1")
    )
    assert mail.payload["files"] == [["a.pdf", "application/pdf", "JVBERi0x"]]
    assert "konnte diesmal nicht" not in mail.payload["text"]
