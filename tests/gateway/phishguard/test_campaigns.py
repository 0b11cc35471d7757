"""Reports on campaigns and targeted people: each once, from malicious mail alone, whenever it is stored."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from gateway.models import Message, PhishGuardMark, PhishGuardReport
from gateway.phishguard.campaigns import detect_campaigns
from tests.gateway.conftest import ACCOUNT
from tests.gateway.mails import mail, stored
from tests.gateway.policy_rows import block

NOON = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=3)
BODIES = ["Please confirm the wire transfer", "Kindly open our shared invoice", "Reset passwords now everybody please"]
PAGE = "<html><body><h1>{0}</h1><table><tr><td><p>{0}</p></td></tr></table></body></html>"


@pytest.fixture(autouse=True)
def attackers():
    for number in range(4):
        block(f"evil{number}.test")


def attack(number=0, *, at=NOON, to="bo@acme.example", body="Your account is locked again", html=False, sender=None):
    """Take in a malicious message of one of four attackers."""
    address = sender or f"gang@evil{number}.test"
    raw = mail(sender=f"Gang <{address}>", subject=f"Offer {number}", body=PAGE.format(body) if html else body)
    if html:
        raw = raw.replace(b"text/plain", b"text/html")
    return stored(raw, recipients=tuple(to.split(",")), mail_from=address, scanned_at=at)


def reports(**filters):
    detect_campaigns(ACCOUNT)
    return list(PhishGuardReport.objects.using("gateway").filter(**filters).order_by("pk"))


def spread(count, **arguments):
    return [attack(at=NOON + timedelta(hours=hour), to=f"p{hour}@acme.example", **arguments) for hour in range(count)]


def test_three_messages_with_the_same_text_are_a_campaign():
    messages = [attack(number, at=NOON + timedelta(hours=number), to=f"p{number}@acme.example") for number in range(3)]
    (found,) = reports()
    assert (found.kind, found.title, found.disposition) == ("campaign", "Campaign: Offer 2", "MALICIOUS")
    assert "3 malicious messages with the same text" in found.content
    assert "from 3 sender(s) to 3 recipient(s)" in found.content
    assert found.recipients == ["p0@acme.example", "p1@acme.example", "p2@acme.example"]
    assert (found.postfix_id, found.occurred_at) == (messages[2].postfix_id, messages[2].scanned_at)


def test_the_same_structure_or_the_same_sender_is_a_campaign_too():
    for number, body in enumerate(BODIES):
        attack(number, body=body, html=True, to=f"p{number}@acme.example")
    for number, body in enumerate(("first of all words", "second thing written", "third and last text")):
        attack(3, body=body, at=NOON + timedelta(days=2), to=f"q{number}@acme.example")
    contents = [found.content for found in reports(kind="campaign")]
    assert len(contents) == 2
    assert "the same HTML structure" in contents[0]
    assert "the same sender" in contents[1]


def test_two_are_none_and_a_third_a_day_later_is_none():
    attack(to="p0@acme.example")
    attack(at=NOON + timedelta(hours=1), to="p1@acme.example")
    attack(at=NOON + timedelta(hours=24, seconds=1), to="p2@acme.example")
    assert reports() == []


def test_a_campaign_with_everything_in_common_is_reported_once():
    spread(5)
    assert len(reports()) == 1
    assert len(reports()) == 1


def test_a_campaign_that_goes_on_is_reported_anew_on_the_next_day():
    spread(3)
    assert len(reports()) == 1
    spread_next = [attack(at=NOON + timedelta(hours=20 + number), to=f"n{number}@acme.example") for number in range(3)]
    found = reports()
    assert len(found) == 2
    assert found[1].day == spread_next[0].scanned_at.date()


def test_a_person_who_got_three_is_targeted():
    for number, body in enumerate(BODIES):
        attack(number, body=body, to="Bo@acme.example,p@acme.example" if number == 1 else "bo@acme.example")
    (found,) = reports()
    assert (found.kind, found.priority) == ("targeted", "high")
    assert found.title.lower() == "bo@acme.example is being targeted"
    assert "3 malicious messages" in found.content


def test_what_is_clean_or_a_report_by_a_user_does_not_count():
    for number in range(3):
        stored(mail(sender="Ann <ann@partner.example>"), scanned_at=NOON + timedelta(hours=number))
    assert reports() == []
    spread(3)
    Message.objects.using("gateway").update(is_phish_submission=True)
    assert reports() == []


def test_mail_that_is_imported_with_an_older_date_is_looked_at():
    detect_campaigns(ACCOUNT)
    mark = PhishGuardMark.objects.using("gateway").get().seen_to
    spread(3)
    assert PhishGuardMark.objects.using("gateway").get().seen_to < mark
    assert len(reports()) == 1
    assert PhishGuardMark.objects.using("gateway").get().seen_to >= mark


def test_a_look_goes_on_where_the_last_one_ended(django_assert_max_num_queries):
    spread(3)
    detect_campaigns(ACCOUNT)
    with django_assert_max_num_queries(4, using="gateway"):
        detect_campaigns(ACCOUNT)


def test_messages_of_a_campaign_that_came_before_and_after_a_look_are_counted_together():
    now = timezone.now()
    attack(at=now - timedelta(hours=3), to="p0@acme.example")
    attack(at=now - timedelta(hours=2), to="p1@acme.example")
    assert reports() == []
    attack(at=now, to="p2@acme.example")
    assert len(reports()) == 1


def test_reports_are_listed_newest_first_in_pages_and_by_time(client):
    spread(3)
    for number, body in enumerate(BODIES):
        attack(number, body=body, at=NOON + timedelta(days=1, hours=12), to="jo@acme.example")
    detect_campaigns(ACCOUNT)
    PhishGuardReport.objects.using("gateway").filter(kind="campaign").update(
        created_at=datetime(2026, 1, 10, 12, tzinfo=UTC)
    )
    shown = list(client.phishguard.reports.iterate(per_page=1))
    assert [{tag.category: tag.value for tag in report.tags}["kind"] for report in shown] == ["targeted", "campaign"]
    assert (shown[1].created_at, shown[1].ts) == (datetime(2026, 1, 10, 12, tzinfo=UTC),) * 2
    assert shown[0].fields.to == ["jo@acme.example"]
    assert client.phishguard.reports.list().total_count == 2
    since = datetime(2026, 1, 11, tzinfo=UTC)
    assert [report.id for report in client.phishguard.reports.iterate(start=since)] == [shown[0].id]
    assert [report.id for report in client.phishguard.reports.iterate(end=since)] == [shown[1].id]


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"from_date": "2026-01-10", "to_date": "2026-01-10"}, 1),
        ({"from_date": "2026-01-11"}, 0),
        ({"to_date": "2026-01-09"}, 0),
        ({"from_date": "2026-01-11", "start": "2026-01-01T00:00:00Z"}, 1),
        ({"to_date": "2026-01-01", "end": "2026-01-11T00:00:00Z"}, 1),
    ],
)
def test_the_deprecated_days_are_inclusive_and_come_second(http, params, found):
    spread(3)
    detect_campaigns(ACCOUNT)
    PhishGuardReport.objects.using("gateway").update(created_at=datetime(2026, 1, 10, 23, 59, tzinfo=UTC))
    assert len(http.get("/phishguard/reports", params=params).json()["result"]) == found


@pytest.mark.parametrize("params", [{"start": "soon"}, {"from_date": "10.1.2026"}, {"page": 0}, {"per_page": 2000}])
def test_parameters_that_can_not_be_read_are_refused(http, params):
    assert http.get("/phishguard/reports", params=params).status_code == 400


def test_another_accounts_reports_stay_invisible(client):
    spread(3)
    detect_campaigns(ACCOUNT)
    PhishGuardReport.objects.using("gateway").update(account_id="f" * 32)
    assert client.phishguard.reports.list().items == []
