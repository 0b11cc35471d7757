"""Deliveries: the exact bytes, once for each message and recipient, whatever dies when."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from gateway.delivery import maildir
from gateway.delivery.ledger import deliver_overdue, file_name
from gateway.models import ActionLog, Delivery
from gateway.store.raw_mail import read_raw
from tests.gateway.mails import GTUBE, held, mail, stored

BO, JO = "bo@acme.example", "jo@acme.example"


def files(mailboxes, recipient=BO, folder="Inbox"):
    box = maildir.folder_path(maildir.mailbox(mailboxes, recipient), folder)
    return sorted(path for part in ("new", "cur") for path in (box / part).glob("*"))


def contents(mailboxes, recipient=BO, folder="Inbox"):
    return [path.read_bytes() for path in files(mailboxes, recipient, folder)]


ODD = [
    b"",
    b"no header at all",
    b"Subject: dots\r\n\r\n.\r\n..\r\n.x\r\n",
    b"Subject: bare\n\nline\rends\r\n",
    b"Subject: bytes\r\n\r\n\x00\xff\xfe" + bytes(range(256)),
    b"From me Mon Jan  1 00:00:00 2026\r\nSubject: from\r\n\r\nFrom here on\r\n",
]


@pytest.mark.parametrize("raw", ODD)
def test_a_clean_message_lies_in_each_mailbox_byte_for_byte(mailboxes, raw):
    message = stored(raw, recipients=(BO, JO))
    assert message.final_disposition == "NONE"
    assert contents(mailboxes) == contents(mailboxes, JO) == [raw]
    assert read_raw(message.raw) == raw


def test_a_held_message_lies_in_no_mailbox_until_it_is_released(client, mailboxes):
    raw = mail(body=GTUBE)
    message = stored(raw, recipients=(BO, JO))
    assert message.is_quarantined
    assert contents(mailboxes) == []
    (result,) = client.investigate.release.bulk(ids=[message.investigate_id])
    assert (result.delivered, result.failed, result.undelivered) == ([BO, JO], [], [])
    assert contents(mailboxes) == contents(mailboxes, JO) == [raw]
    shown = client.investigate.get(message.investigate_id)
    assert (shown.is_quarantined, shown.delivery_status) == (False, ["delivered"])
    assert shown.post_delivery_operations == ["QUARANTINE_RELEASE"]


def test_releasing_again_answers_delivered_and_delivers_nothing(client, mailboxes):
    message = held()
    for _ in range(3):
        (result,) = client.investigate.release.bulk(ids=[message.investigate_id, message.postfix_id])
        assert result.delivered == [BO]
    assert len(contents(mailboxes)) == 1
    assert len(client.investigate.action_log.list(message.investigate_id)) == 1


def test_a_copy_that_the_owner_has_read_or_deleted_is_not_delivered_again(client, mailboxes):
    message = held()
    client.investigate.release.bulk(ids=[message.investigate_id])
    (path,) = files(mailboxes)
    path.rename(path.parent.parent / "cur" / f"{path.name}:2,S")
    client.investigate.release.bulk(ids=[message.investigate_id])
    assert len(files(mailboxes)) == 1
    files(mailboxes)[0].unlink()
    client.investigate.release.bulk(ids=[message.investigate_id])
    assert files(mailboxes) == []


@pytest.mark.django_db(transaction=True, databases=["default", "gateway"])
def test_two_people_who_release_at_once_deliver_one_copy(client, mailboxes):
    message = held(recipients=f"{BO},{JO}")
    results, failures = [], []

    def release():
        try:
            for _ in range(2):
                results.extend(client.investigate.release.bulk(ids=[message.investigate_id]))
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=release) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(contents(mailboxes)) == len(contents(mailboxes, JO)) == 1
    assert ActionLog.objects.using("gateway").filter(message=message).count() == 1
    assert len(results) == 8


def died_after_queueing(message):
    """Leave the store as it is when the process dies between taking copies out of quarantine and writing them."""
    long_ago = timezone.now() - timedelta(minutes=5)
    Delivery.objects.using("gateway").filter(message=message).update(status=Delivery.Status.QUEUED, updated_at=long_ago)


def test_a_release_that_was_cut_off_before_the_file_is_finished(mailboxes):
    message = held()
    died_after_queueing(message)
    assert deliver_overdue() == 1
    assert len(contents(mailboxes)) == 1
    assert deliver_overdue() == 0


@pytest.mark.parametrize("place", ["new", "cur", "junk"])
def test_a_release_that_was_cut_off_after_the_file_delivers_no_second_copy(client, mailboxes, place):
    message = held()
    client.investigate.release.bulk(ids=[message.investigate_id])
    died_after_queueing(message)
    (path,) = files(mailboxes)
    if place == "cur":
        path.rename(path.parent.parent / "cur" / f"{path.name}:2,RS")
    if place == "junk":
        maildir.move(maildir.mailbox(mailboxes, BO), path.name, "JunkEmail")
    assert deliver_overdue() == 1
    assert len(files(mailboxes)) + len(files(mailboxes, folder="JunkEmail")) == 1
    assert client.investigate.get(message.investigate_id).delivery_status == ["delivered"]


def test_a_mailbox_that_cannot_be_written_keeps_its_copy_queued(client, mailboxes):
    message = held(recipients=f"{BO},{JO}")
    box = maildir.mailbox(mailboxes, BO)
    box.parent.mkdir(parents=True)
    box.write_text("a file where the folder should be")
    (result,) = client.investigate.release.bulk(ids=[message.investigate_id])
    assert (result.delivered, result.undelivered) == ([JO], [BO])
    assert client.investigate.get(message.investigate_id).delivery_status == ["delivered", "queued"]
    assert client.investigate.trace.get(message.investigate_id).outbound.pending
    entry, attempt = client.investigate.action_log.list(message.investigate_id)
    assert (attempt.success, attempt.status) == (False, "failed: Not a directory (attempt 1)")
    assert (entry.success, entry.completed_at) == (None, None)
    box.unlink()
    (result,) = client.investigate.release.bulk(ids=[message.investigate_id])
    assert result.delivered == [BO, JO]
    entry, _ = client.investigate.action_log.list(message.investigate_id)
    assert entry.success
    assert len(contents(mailboxes)) == len(contents(mailboxes, JO)) == 1


def test_an_unknown_id_refuses_the_whole_release(client, http, mailboxes):
    message = held()
    answer = http.post("/investigate/release", json=[message.investigate_id, "nothing"])
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["source"]["pointer"] == "/ids/1"
    assert contents(mailboxes) == []


def test_a_move_takes_each_copy_to_the_folder_and_back(client, mailboxes):
    message = stored(recipients=(BO, JO))
    name = files(mailboxes)[0].name
    results = client.investigate.move.create(message.investigate_id, destination="JunkEmail")
    assert [(r.recipient, r.success, r.status) for r in results] == [(BO, True, "moved"), (JO, True, "moved")]
    assert [path.name for path in files(mailboxes, folder="JunkEmail")] == [name]
    assert files(mailboxes) == []
    assert client.investigate.get(message.investigate_id).delivery_status == ["delivered", "moved"]
    client.investigate.move.create(message.investigate_id, destination="Inbox")
    assert [path.name for path in files(mailboxes)] == [name]
    log = client.investigate.action_log.list(message.investigate_id)
    assert [entry.properties.folder for entry in log] == ["JunkEmail", "Inbox"]


def test_a_held_or_deleted_message_is_not_in_the_mailbox(client, mailboxes):
    waiting, gone = held(), stored()
    files(mailboxes)[0].unlink()
    results = client.investigate.move.bulk(
        ids=[waiting.investigate_id, gone.investigate_id], destination="DeletedItems"
    )
    assert [(r.success, r.status) for r in results] == [(False, "not_in_mailbox")] * 2
    assert "move_failed" in client.investigate.get(gone.investigate_id).delivery_status


def test_a_move_that_was_cut_off_is_finished_by_the_same_request(client, mailboxes):
    message = stored()
    ActionLog.objects.using("gateway").create(
        message=message,
        operation="MOVE",
        started_at=timezone.now(),
        status="started",
        properties={"folder": "JunkEmail", "requested_by": "writer"},
    )
    delivery = message.deliveries.get()
    maildir.move(maildir.mailbox(mailboxes, BO), file_name(delivery, message), "JunkEmail")
    (result,) = client.investigate.move.create(message.investigate_id, destination="JunkEmail")
    assert result.success
    assert len(client.investigate.action_log.list(message.investigate_id)) == 1
    assert len(files(mailboxes, folder="JunkEmail")) == 1


def test_a_message_without_recipients_is_kept_and_shown(client):
    message = stored(recipients=())
    assert client.investigate.get(message.investigate_id).client_recipients == []
