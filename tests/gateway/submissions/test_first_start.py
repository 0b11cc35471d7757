"""After the first start there are submissions of both kinds and PhishGuard reports, made by the real mechanisms."""

from collections import Counter

import pytest
from django.core.management import call_command

from gateway.models import Message, PhishGuardReport, Submission


@pytest.fixture
def first_start(settings, tmp_path, client):
    settings.GATEHOUSE_HOME = tmp_path
    settings.CLOUDFLARE_API_TOKEN = "console-secret"
    settings.GATEHOUSE_SAMPLE_MAIL = True

    def start():
        call_command("prepare_gateway")

    return start


def test_there_is_something_to_review_from_the_beginning(first_start, client):
    first_start()
    team = list(client.submissions.iterate(type="TEAM"))
    user = list(client.submissions.iterate(type="USER"))
    assert (len(team), len(user)) == (3, 3)
    assert {row.status for row in team + user} == {"completed"}
    assert {row.customer_status for row in team} == {"reviewed"}
    assert sorted(row.customer_status for row in user) == ["escalated", "reviewed", "unreviewed"]
    assert sorted((row.outcome, row.outcome_disposition) for row in team) == [
        ("agreed", "MALICIOUS"),
        ("agreed", "MALICIOUS"),
        ("unchanged", "SUSPICIOUS"),
    ]
    (escalated,) = (row for row in user if row.customer_status == "escalated")
    assert escalated.escalated_submission_id in {row.submission_id for row in team}
    assert (escalated.requested_by, escalated.subject) == (
        "daniel.kowalski@acme.example",
        "Access cards for the new gate",
    )


def test_reports_of_every_kind_are_there(first_start, client):
    first_start()
    reports = list(client.phishguard.reports.iterate())
    kinds = Counter(tag.value for report in reports for tag in report.tags if tag.category == "kind")
    assert len(reports) >= 5
    assert (kinds["late_threat"], kinds["campaign"], kinds["targeted"]) == (2, 2, 2)
    people = {report.title for report in reports if report.priority == "high"}
    assert "tomas.ortega@acme.example is being targeted" in people
    common = {tag.value for report in reports for tag in report.tags if tag.category == "in_common"}
    assert common == {"text", "structure"}


def test_reporting_mail_is_found_by_itself_and_was_delivered(first_start, client):
    first_start()
    page = client.investigate.list(submissions=True)
    assert {message.delivery_mode for message in page.items} == {"REVIEW_SUBMISSION"}
    assert [message.delivery_status for message in page.items] == [["delivered"]] * 3
    assert not any(message.is_phish_submission for message in client.investigate.iterate(detections_only=False))


def test_a_first_start_that_was_cut_off_is_finished_and_repeats_nothing(first_start, tmp_path):
    first_start()
    before = {model: model.objects.using("gateway").count() for model in (Message, Submission, PhishGuardReport)}
    marker = tmp_path / "sample_mail"
    marker.write_text(marker.read_text().replace("finished", "started"))
    Submission.objects.using("gateway").filter(type="Team").first().delete(using="gateway")
    first_start()
    assert {model: model.objects.using("gateway").count() for model in before} == before
