"""Whose decisions the model learns from: the team's, when they are carried out, and nobody else's."""

import base64

import pytest
from django.db import transaction

from gateway.delivery.releasing import release
from gateway.learning.decisions import note_decision
from gateway.models import LearningExample, Message
from gateway.rejudging.review import review_waiting
from gateway.store.raw_mail import read_raw
from gateway.teaching.examples import ATTEMPTS_AT_MOST, describe_waiting
from tests.gateway.mails import GTUBE, held, mail, stored
from tests.gateway.submissions.conftest import own_domain, report

__all__ = ["own_domain"]


def decided():
    rows = LearningExample.objects.using("gateway").order_by("pk")
    return [(row.label, row.origin, row.status) for row in rows]


def reclassify(client, message, disposition, **more):
    client.investigate.reclassify.create(message.investigate_id, expected_disposition=disposition, **more)


@pytest.mark.parametrize(
    ("disposition", "label"), [("MALICIOUS", "phishing"), ("SPOOF", "phishing"), ("SPAM", "spam"), ("NONE", "ham")]
)
def test_a_reclassification_teaches_once_it_was_carried_out(client, mailboxes, disposition, label):
    message = stored()
    reclassify(client, message, disposition)
    assert decided() == []
    review_waiting()
    assert decided() == [(label, "reclassified", "waiting")]
    assert describe_waiting() == 1
    assert decided() == [(label, "reclassified", "ready")]


def test_a_release_teaches_that_the_message_is_harmless(mailboxes):
    message = held()
    release([message], requested_by="desk")
    release([message], requested_by="desk")
    assert decided() == [("ham", "released", "waiting")]
    row = LearningExample.objects.using("gateway").get()
    assert (row.decided_by, row.investigate_id) == ("desk", message.investigate_id)


def test_a_release_by_the_gateway_itself_teaches_nothing(mailboxes):
    release([held()], requested_by="review", teaches=False)
    assert decided() == []


def test_reports_that_nobody_confirmed_teach_nothing(own_domain, mailboxes, client):
    message = stored()
    raw = read_raw(message.raw)
    for number in range(30):
        report(raw, subject=f"Report {number}")
    review_waiting()
    assert decided() == []
    reclassify(client, message, "MALICIOUS")
    review_waiting()
    assert decided() == [("phishing", "reclassified", "waiting")]


def test_an_uploaded_file_that_is_not_the_message_teaches_nothing(client, mailboxes):
    message = stored()
    foreign = base64.b64encode(mail(body=GTUBE)).decode()
    reclassify(client, message, "MALICIOUS", eml_content=foreign)
    review_waiting()
    assert decided() == []


def test_the_last_decision_on_a_message_counts(client, mailboxes):
    message = stored()
    for disposition in ("MALICIOUS", "NONE"):
        reclassify(client, message, disposition)
        review_waiting()
    assert decided() == [("ham", "reclassified", "waiting")]


def test_a_decision_is_kept_only_with_the_transaction_that_takes_it(mailboxes):
    message = stored()

    class Died(Exception):
        pass

    with pytest.raises(Died), transaction.atomic(using="gateway"):
        note_decision(message, "spam", origin="released", by="desk")
        raise Died
    assert decided() == []


def test_a_message_that_is_gone_before_it_was_read_is_told_to_be(mailboxes):
    message = stored()
    note_decision(message, "spam", origin="reclassified", by="desk")
    LearningExample.objects.using("gateway").update(raw_sha256="0" * 64)
    assert describe_waiting() == 0
    row = LearningExample.objects.using("gateway").get()
    assert (row.status, row.note) == ("unusable", "the message is no longer stored")


def test_a_message_that_ends_the_worker_each_time_is_given_up(mailboxes):
    note_decision(stored(), "spam", origin="reclassified", by="desk")
    LearningExample.objects.using("gateway").update(attempts=ATTEMPTS_AT_MOST)
    assert describe_waiting() == 0
    assert LearningExample.objects.using("gateway").get().status == "unusable"


def test_a_decision_outlives_its_message_without_any_of_its_text(mailboxes):
    message = stored(subject="Zebra crossing", body="Zebra, zebra and nothing but zebra.")
    note_decision(message, "spam", origin="reclassified", by="desk")
    describe_waiting()
    Message.objects.using("gateway").all().delete()
    row = LearningExample.objects.using("gateway").get()
    assert b"zebra" not in bytes(row.features).lower()
