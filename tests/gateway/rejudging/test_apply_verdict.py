"""What the team asked for takes effect: the message gets the new verdict, and its copies go where they now belong."""

import base64

import pytest

from gateway.models import Submission
from gateway.rejudging import review
from gateway.rejudging.review import review_waiting
from gateway.store.raw_mail import read_raw
from tests.gateway.mails import GTUBE, held, mail, stored
from tests.gateway.policy_rows import block
from tests.gateway.test_delivery import contents


def ask(client, message, disposition):
    client.investigate.reclassify.create(message.investigate_id, expected_disposition=disposition)


def reviewed(client, message, disposition="MALICIOUS"):
    ask(client, message, disposition)
    review_waiting()
    return client.investigate.get(message.investigate_id)


def test_a_delivered_message_that_turns_out_malicious_goes_to_junk(client, mailboxes):
    message = stored()
    assert len(contents(mailboxes)) == 1
    block("partner.example")
    now = reviewed(client, message)
    assert now.final_disposition == "MALICIOUS"
    assert contents(mailboxes) == []
    assert len(contents(mailboxes, folder="JunkEmail")) == 1
    moves = [entry for entry in client.investigate.action_log.list(message.investigate_id) if entry.operation == "MOVE"]
    assert [(entry.properties.folder, entry.properties.requested_by) for entry in moves] == [("JunkEmail", "review")]


def test_it_is_found_by_its_new_verdict_and_reasons_and_no_longer_by_the_old(client, mailboxes):
    message = stored()
    block("partner.example")
    reviewed(client, message)

    def found(**filters):
        page = client.investigate.list(detections_only=False, **filters)
        return [one.id for one in page.items]

    assert found(final_disposition="MALICIOUS") == [message.investigate_id]
    assert found(final_disposition="NONE") == []
    assert found(query="blocked") == [message.investigate_id]
    findings = client.investigate.detections.get(message.investigate_id).findings
    assert any("blocked" in (finding.reason or "") for finding in findings)
    lines = [line.message for line in client.investigate.trace.get(message.investigate_id).inbound.lines]
    assert any("judged again: disposition MALICIOUS, before NONE" in line for line in lines)


def test_a_held_message_that_turns_out_clean_stays_held_until_somebody_releases_it(client, mailboxes):
    message = held()
    client.settings.allow_policies.create(
        pattern="partner.example",
        pattern_type="DOMAIN",
        is_regex=False,
        verify_sender=False,
        is_trusted_sender=True,
        is_acceptable_sender=False,
        is_exempt_recipient=False,
    )
    now = reviewed(client, message, "NONE")
    assert (now.final_disposition, now.is_quarantined) == ("NONE", True)
    assert contents(mailboxes) == []
    operations = {entry.operation for entry in client.investigate.action_log.list(message.investigate_id)}
    assert operations == {"SUBMISSION"}
    client.investigate.release.bulk(ids=[message.investigate_id])
    assert len(contents(mailboxes)) == 1


@pytest.mark.parametrize("with_its_id", [False, True], ids=["unrelated", "with its Message-ID"])
def test_a_file_that_is_not_the_stored_message_changes_the_submission_alone(client, mailboxes, with_its_id):
    message = held()
    harmless = mail(body="Nothing but the minutes.")
    if with_its_id:
        harmless = f"Message-ID: {message.message_id}\r\n".encode() + harmless
    content = base64.b64encode(harmless).decode()
    client.investigate.reclassify.create(message.investigate_id, expected_disposition="NONE", eml_content=content)
    review_waiting()
    (row,) = client.submissions.list().items
    assert (row.outcome, row.outcome_disposition) == ("agreed", "NONE")
    now = client.investigate.get(message.investigate_id)
    assert (now.final_disposition, now.is_quarantined) == ("SPAM", True)
    assert contents(mailboxes) == []
    lines = [line.message for line in client.investigate.trace.get(message.investigate_id).inbound.lines]
    assert any("the uploaded file is not this message" in line for line in lines)


def test_a_harmful_file_that_is_not_the_stored_message_reports_no_threat_in_it(client, mailboxes):
    message = stored()
    content = base64.b64encode(mail(body=GTUBE)).decode()
    client.investigate.reclassify.create(message.investigate_id, expected_disposition="SPAM", eml_content=content)
    review_waiting()
    assert client.investigate.get(message.investigate_id).final_disposition == "NONE"
    assert len(contents(mailboxes)) == 1


def test_the_stored_message_as_a_file_is_the_stored_message(client, mailboxes):
    message = stored()
    block("partner.example")
    content = base64.b64encode(read_raw(message.raw)).decode()
    client.investigate.reclassify.create(message.investigate_id, expected_disposition="MALICIOUS", eml_content=content)
    review_waiting()
    assert client.investigate.get(message.investigate_id).final_disposition == "MALICIOUS"
    assert len(contents(mailboxes, folder="JunkEmail")) == 1


def test_what_a_person_moved_stays_where_it_is(client, mailboxes):
    message = stored()
    client.investigate.move.create(message.investigate_id, destination="DeletedItems")
    block("partner.example")
    assert reviewed(client, message).final_disposition == "MALICIOUS"
    assert len(contents(mailboxes, folder="DeletedItems")) == 1


def test_what_a_review_moved_comes_back_when_the_next_one_clears_it(client, mailboxes):
    message = stored()
    block("partner.example")
    reviewed(client, message)
    (blocked,) = client.settings.block_senders.list().items
    client.settings.block_senders.delete(blocked.id)
    assert reviewed(client, message, "NONE").final_disposition == "NONE"
    assert len(contents(mailboxes)) == 1
    assert contents(mailboxes, folder="JunkEmail") == []


def test_the_same_verdict_as_before_changes_nothing(client, mailboxes):
    message = held()
    before = client.investigate.get(message.investigate_id)
    assert reviewed(client, message, "NONE").final_disposition == before.final_disposition
    assert contents(mailboxes) == []


def test_a_worker_that_dies_after_the_verdict_moves_the_copies_the_next_time(client, mailboxes, monkeypatch):
    message = stored()
    block("partner.example")
    ask(client, message, "MALICIOUS")

    def die(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("gateway.rejudging.apply_verdict.move", die)
    with pytest.raises(KeyboardInterrupt):
        review_waiting()
    assert client.investigate.get(message.investigate_id).final_disposition == "MALICIOUS"
    monkeypatch.undo()
    Submission.objects.using("gateway").update(try_after=None)
    assert review.review_waiting() == 1
    assert contents(mailboxes) == []
    assert len(contents(mailboxes, folder="JunkEmail")) == 1
    (row,) = client.submissions.list().items
    assert (row.status, row.outcome) == ("completed", "agreed")
