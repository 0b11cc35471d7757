"""A submission is judged again by today's settings, and what came of it is written down."""

import base64
from datetime import timedelta

import pytest
from django.utils import timezone

from api_client import NotFound
from gateway.models import PhishGuardReport, Submission
from gateway.rejudging.review import review, review_waiting
from gateway.store.raw_mail import read_raw
from tests.gateway.mails import GTUBE, held, mail, stored
from tests.gateway.policy_rows import block
from tests.gateway.submissions.conftest import report


def ask(client, message, disposition="MALICIOUS", **more):
    client.investigate.reclassify.create(message.investigate_id, expected_disposition=disposition, **more)


def only(client, **filters):
    (row,) = client.submissions.list(**filters).items
    return row


def test_a_team_submission_waits_then_tells_what_came_of_it(client):
    message = stored()
    ask(client, message)
    row = only(client)
    assert (row.type, row.status, row.customer_status, row.outcome) == ("Team", "submitted", "unreviewed", None)
    block("partner.example")
    assert review_waiting() == 1
    row = only(client)
    assert (row.status, row.customer_status) == ("completed", "reviewed")
    assert (row.outcome, row.outcome_disposition) == ("agreed", "MALICIOUS")
    assert client.investigate.get(message.investigate_id).final_disposition == "MALICIOUS"
    assert review_waiting() == 0


@pytest.mark.parametrize(("asked", "outcome"), [("SPAM", "agreed"), ("NONE", "unchanged"), ("BULK", "unchanged")])
def test_the_outcome_says_whether_the_judgement_agrees(client, asked, outcome):
    ask(client, held(), asked)
    review_waiting()
    assert (only(client).outcome, only(client).outcome_disposition) == (outcome, "SPAM")


def test_a_judgement_that_is_neither_is_called_different(client):
    message = held()
    block("partner.example")
    ask(client, message, "NONE")
    review_waiting()
    assert (only(client).outcome, only(client).outcome_disposition) == ("different", "MALICIOUS")


def test_the_uploaded_copy_is_judged_in_place_of_the_stored_one(client):
    message = stored()
    ask(client, message, "SPAM", eml_content=base64.b64encode(mail(body=GTUBE)).decode())
    review_waiting()
    assert (only(client).outcome, only(client).outcome_disposition) == ("agreed", "SPAM")


def test_the_same_request_asked_again_is_one_submission_until_it_was_answered(client):
    message = stored()
    ask(client, message)
    ask(client, message)
    assert Submission.objects.using("gateway").count() == 1
    ask(client, message, "SPAM")
    review_waiting()
    ask(client, message)
    assert Submission.objects.using("gateway").count() == 3


def test_a_users_report_is_escalated_by_the_team(client, own_domain):
    message = stored()
    report(read_raw(message.raw))
    reported = only(client, type="USER")
    ask(client, message, "SPAM", escalated_submission_id=reported.submission_id)
    ask(client, message, "SPAM", escalated_submission_id=reported.submission_id)
    team, user = only(client, type="TEAM"), only(client, type="USER")
    assert (user.customer_status, user.escalated_as, user.escalated_by) == ("escalated", "SPAM", "writer")
    assert (user.escalated_submission_id, user.escalated_at) == (team.submission_id, team.requested_at)
    assert team.escalated_submission_id is None
    assert only(client, escalated_from_user=True).submission_id == team.submission_id
    assert only(client, escalated_from_user=False).submission_id == user.submission_id
    review_waiting()
    user = only(client, type="USER")
    assert (user.customer_status, user.outcome, user.outcome_disposition) == ("escalated", "unchanged", "NONE")


def test_a_team_submission_of_a_reported_message_reviews_the_report(client, own_domain):
    message = stored()
    report(read_raw(message.raw))
    ask(client, message, "BULK")
    assert only(client, type="USER").customer_status == "reviewed"


@pytest.mark.parametrize("name", ["nothing", "00000000-0000-0000-0000-000000000000"])
def test_what_is_no_report_can_not_be_escalated(client, name):
    with pytest.raises(NotFound) as refused:
        ask(client, stored(), escalated_submission_id=name)
    assert refused.value.errors[0].pointer == "/escalated_submission_id"
    assert not Submission.objects.using("gateway").exists()


def test_a_report_of_another_message_can_not_be_escalated(client, own_domain):
    message, other = stored(), stored()
    report(read_raw(message.raw))
    with pytest.raises(NotFound):
        ask(client, other, escalated_submission_id=only(client).submission_id)


def test_a_report_of_a_message_that_is_not_stored_is_judged_by_its_copy(client, own_domain):
    report(mail(body=GTUBE))
    review_waiting()
    row = only(client)
    assert (row.status, row.outcome_disposition, row.outcome) == ("completed", "SPAM", "different")
    assert row.customer_status == "unreviewed"


def test_a_message_that_can_not_be_read_is_tried_again_and_given_up_in_the_end(client, store):
    message = stored()
    ask(client, message)
    (file,) = (store / "raw").rglob("*.zst")
    content = file.read_bytes()
    file.write_bytes(b"")
    key = Submission.objects.using("gateway").get().pk
    review(key)
    assert only(client).status == "submitted"
    review(key)
    assert Submission.objects.using("gateway").get().attempts == 1, "another worker may still be at it"
    for _ in range(4):
        Submission.objects.using("gateway").update(try_after=timezone.now() - timedelta(seconds=1))
        review(key)
    assert (only(client).status, only(client).outcome_disposition) == ("failed", None)
    assert "could not be judged" in only(client).outcome
    file.write_bytes(content)
    Submission.objects.using("gateway").update(status="submitted", try_after=None)
    review(key)
    assert only(client).status == "completed"


def test_a_threat_found_after_delivery_is_reported_once(client, own_domain):
    message = stored(subject="Bank details")
    report(read_raw(message.raw))
    block("partner.example")
    ask(client, message)
    review_waiting()
    (found,) = client.phishguard.reports.list().items
    assert found.title == "Threat found after delivery: Bank details"
    assert (found.disposition, found.priority) == ("MALICIOUS", "high")
    assert (found.fields.postfix_id, found.fields.from_) == (message.postfix_id, "ann@partner.example")
    assert (found.fields.to, found.fields.occurred_at) == (["bo@acme.example"], message.scanned_at)
    assert "delivered as NONE" in found.content


def test_what_nobody_got_and_what_was_known_is_no_late_threat(client):
    waiting = held()
    block("partner.example")
    known = stored()
    client.investigate.release.bulk(ids=[known.investigate_id])
    for message in (waiting, known):
        ask(client, message)
    review_waiting()
    assert {row.outcome_disposition for row in client.submissions.iterate()} == {"MALICIOUS"}
    assert not PhishGuardReport.objects.using("gateway").exists()
