"""The action log tells each attempt: those that failed too, where they aimed at and what the mailbox said."""

import errno
import os
from datetime import timedelta

import pytest
from django.utils import timezone

from gateway.delivery import ledger, maildir
from gateway.models import ActionLog, Delivery, TraceLine
from tests.gateway.mails import held, mail, stored

pytestmark = pytest.mark.django_db(databases=["default", "gateway"])
BO, JO = "bo@acme.example", "jo@acme.example"


@pytest.fixture
def full(monkeypatch):
    """Call it to make every mailbox full; it returns a list as long as the number of tries."""
    tries = []

    def refuse(*_arguments, **_options):
        tries.append(1)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/var/mail/secret")

    def fill():
        monkeypatch.setattr(maildir, "move", refuse)
        monkeypatch.setattr(maildir, "put", refuse)
        return tries

    return fill


def log_of(client, message):
    return [
        (entry.operation, entry.success, entry.properties.folder, entry.status)
        for entry in client.investigate.action_log.list(message.investigate_id)
    ]


def test_each_move_that_failed_is_there_with_its_folder_and_the_reason(client, monkeypatch, full):
    message = stored()
    full()
    for folder in ("JunkEmail", "DeletedItems"):
        (result,) = client.investigate.move.create(message.investigate_id, destination=folder)
        assert (result.success, result.status) == (False, "failed")
    monkeypatch.undo()
    client.investigate.move.create(message.investigate_id, destination="DeletedItems")
    assert log_of(client, message) == [
        ("MOVE", False, "JunkEmail", "failed: No space left on device"),
        ("MOVE", False, "DeletedItems", "failed: No space left on device"),
        ("MOVE", True, "DeletedItems", "moved"),
    ]
    entries = client.investigate.action_log.list(message.investigate_id)
    assert all(entry.completed_at for entry in entries)
    trace = client.investigate.trace.get(message.investigate_id).outbound.lines
    assert f"move to JunkEmail for {BO}: failed: No space left on device" in [line.message for line in trace]


def test_a_move_that_failed_for_some_says_for_how_many(client):
    message = stored(mail(), recipients=(BO, JO))
    Delivery.objects.using("gateway").filter(message=message, recipient=JO).update(status=Delivery.Status.QUARANTINED)
    client.investigate.move.create(message.investigate_id, destination="JunkEmail")
    assert log_of(client, message) == [("MOVE", False, "JunkEmail", "not_in_mailbox (1 of 2 recipients)")]


def test_each_attempt_to_deliver_what_was_released_is_there_and_their_number_is_bounded(client, monkeypatch, full):
    message = held()
    tries = full()
    (result,) = client.investigate.release.bulk(ids=[message.investigate_id])
    assert result.undelivered == [BO]
    for _ in range(20):
        Delivery.objects.using("gateway").update(updated_at=timezone.now() - timedelta(minutes=1))
        ledger.deliver_overdue()
    assert len(tries) == 21
    words = [f"failed: No space left on device (attempt {number})" for number in (1, 2, 4, 8, 16)]
    failed = [("QUARANTINE_RELEASE", False, "Inbox", status) for status in words]
    assert log_of(client, message) == [("QUARANTINE_RELEASE", None, None, "queued"), *failed]
    monkeypatch.undo()
    Delivery.objects.using("gateway").update(updated_at=timezone.now() - timedelta(minutes=1))
    assert ledger.deliver_overdue() == 1
    assert log_of(client, message) == [("QUARANTINE_RELEASE", True, None, "delivered"), *failed]


def test_what_was_never_held_tells_failed_attempts_in_its_trace_alone(full):
    full()
    message = stored()
    assert not ActionLog.objects.using("gateway").filter(message=message).exists()
    texts = TraceLine.objects.using("gateway").filter(message=message).values_list("text", flat=True)
    assert f"not delivered to {BO}, attempt 1: failed: No space left on device" in list(texts)
    assert not any("secret" in text for text in texts)
