"""Bulk action jobs: what is found is frozen, each copy is acted on once, and the counters add up."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gateway.bulk import discovery
from gateway.bulk.recovery import recover
from gateway.bulk.running import run
from gateway.delivery import maildir
from gateway.delivery.ledger import file_name
from gateway.models import ActionLog, BulkJob, BulkJobMessage, Delivery, Message
from tests.gateway.mails import held, stored

BO, JO = "bo@acme.example", "jo@acme.example"
ALL = {"detections_only": False}


def junk(client, **search):
    return client.investigate.bulk.create(
        action="MOVE", destination="JunkEmail", search_params={**ALL, **search}, comment="clean up"
    ).job_id


def counts(client, job_id):
    job = client.investigate.bulk.get(job_id)
    parts = (
        job.messages_pending,
        job.messages_successful,
        job.messages_failed,
        job.messages_skipped,
        job.messages_cancelled,
    )
    assert job.total_messages_discovered == sum(parts)
    return (job.status, *parts)


def copies(mailboxes, recipient, folder):
    box = maildir.folder_path(maildir.mailbox(mailboxes, recipient), folder)
    return sorted(path.name.rpartition(".")[2] for part in ("new", "cur") for path in (box / part).glob("*"))


def test_a_job_moves_each_recipients_copy_of_what_the_search_finds(client, mailboxes, work_off):
    wanted = [stored(subject="offer", recipients=(BO, JO)), stored(subject="another offer")]
    other = stored(subject="minutes")
    job_id = junk(client, subject="offer")
    assert counts(client, job_id) == ("PENDING", 0, 0, 0, 0, 0)
    work_off(job_id)
    assert counts(client, job_id) == ("COMPLETED", 0, 3, 0, 0, 0)
    assert copies(mailboxes, BO, "JunkEmail") == sorted(message.postfix_id for message in wanted)
    assert copies(mailboxes, JO, "JunkEmail") == [wanted[0].postfix_id]
    assert copies(mailboxes, BO, "Inbox") == [other.postfix_id]
    entries = list(client.investigate.bulk.messages.iterate(job_id))
    assert [(entry.postfix_id, entry.action_params.client_recipient) for entry in entries] == [
        (wanted[1].postfix_id, BO),
        (wanted[0].postfix_id, BO),
        (wanted[0].postfix_id, JO),
    ]
    assert {entry.status for entry in entries} == {"COMPLETED"}
    assert all(entry.processed_at and entry.message.delivery_status == ["delivered", "moved"] for entry in entries)
    (log,) = client.investigate.action_log.list(wanted[0].investigate_id)
    assert (log.operation, log.status, log.properties.requested_by) == ("MOVE", "moved", "writer")
    job = client.investigate.bulk.get(job_id)
    assert job.created_at <= job.started_at <= job.completed_at
    assert (job.comment, job.action_params.destination) == ("clean up", "JunkEmail")
    assert job.search_params.subject == "offer"


def test_a_job_releases_what_is_held_and_counts_what_was_delivered_before(client, mailboxes, work_off):
    waiting = held(subject="bill", recipients=f"{BO},{JO}")
    free = stored(subject="bill")
    job_id = client.investigate.bulk.create(action="RELEASE", search_params={**ALL, "subject": "bill"}).job_id
    work_off(job_id)
    assert counts(client, job_id) == ("COMPLETED", 0, 3, 0, 0, 0)
    assert copies(mailboxes, BO, "Inbox") == sorted([waiting.postfix_id, free.postfix_id])
    assert copies(mailboxes, JO, "Inbox") == [waiting.postfix_id]
    assert client.investigate.bulk.get(job_id).action_params.destination is None


def test_what_is_held_can_not_be_moved_and_the_entry_says_why(client, work_off):
    held()
    stored()
    job_id = junk(client)
    work_off(job_id)
    assert counts(client, job_id) == ("COMPLETED", 0, 1, 1, 0, 0)
    (failed,) = client.investigate.bulk.messages.list(job_id, status="FAILED").items
    assert "held" in failed.status_message
    assert (failed.retry_count, failed.retry_after) == (0, None)


def test_phish_submissions_are_skipped(client, mailboxes, work_off):
    message = stored()
    Message.objects.using("gateway").update(is_phish_submission=True)
    job_id = junk(client, submissions=True)
    work_off(job_id)
    assert counts(client, job_id) == ("COMPLETED", 0, 0, 0, 1, 0)
    assert copies(mailboxes, BO, "Inbox") == [message.postfix_id]
    assert not ActionLog.objects.using("gateway").exists()


def test_a_job_that_finds_nothing_completes(client, work_off):
    job_id = junk(client, subject="nothing of the kind")
    work_off(job_id)
    assert counts(client, job_id) == ("COMPLETED", 0, 0, 0, 0, 0)


def test_what_arrives_after_the_job_was_made_is_not_in_it(client, work_off):
    stored()
    job_id = junk(client)
    stored()
    work_off(job_id)
    assert client.investigate.bulk.get(job_id).total_messages_discovered == 1


def test_discovery_takes_pages_and_goes_on_where_a_dead_worker_was(client, work_off, settings):
    made = [stored(recipients=(BO, JO)).pk for _ in range(7)]
    job_id = junk(client)
    job = BulkJob.objects.using("gateway").get()
    # What a worker leaves that died after its first page.
    first = made[-3:]
    now = timezone.now()
    BulkJobMessage.objects.using("gateway").bulk_create(
        BulkJobMessage(job=job, message_id=key, recipient=recipient, created_at=now)
        for key in first
        for recipient in (BO, JO)
    )
    BulkJob.objects.using("gateway").update(
        status="DISCOVERING", discovered_to=first[0], claimed_by="dead", lease_until=now + timedelta(seconds=30)
    )
    assert run(job.pk) is None, "another worker holds the discovery"
    BulkJob.objects.using("gateway").update(lease_until=now)
    work_off(job_id)
    assert counts(client, job_id) == ("COMPLETED", 0, 14, 0, 0, 0)


def test_discovery_that_keeps_failing_ends_the_job(client, work_off):
    stored()
    job_id = junk(client)
    BulkJob.objects.using("gateway").update(attempts=discovery.ATTEMPTS_AT_MOST)
    work_off(job_id)
    job = client.investigate.bulk.get(job_id)
    assert (job.status, job.status_message) == ("FAILED", "The search failed 5 times")
    assert job.completed_at is not None


def test_a_search_beyond_its_time_ends_the_job_and_says_so(client, work_off, settings):
    stored()
    job_id = junk(client)
    settings.GATEHOUSE_JOB_LEASE = 0
    work_off(job_id)
    job = client.investigate.bulk.get(job_id)
    assert (job.status, job.messages_pending) == ("FAILED", 0)
    assert "took longer" in job.status_message


def test_rows_of_a_dead_worker_are_taken_up_again_and_moved_once(client, mailboxes, work_off):
    messages = [stored(recipients=(BO, JO)) for _ in range(3)]
    job_id = junk(client)
    discovery.discover(BulkJob.objects.using("gateway").get(), until=1e12)
    # What a worker leaves that died between the log's beginning and its end, one copy moved already.
    cut_off = messages[0]
    ActionLog.objects.using("gateway").create(
        message=cut_off, operation="MOVE", started_at=timezone.now(), status="started",
        properties={"folder": "JunkEmail", "requested_by": "writer"},
    )  # fmt: skip
    copy = Delivery.objects.using("gateway").get(message=cut_off, recipient=BO)
    name = copies(mailboxes, BO, "Inbox")
    assert cut_off.postfix_id in name
    maildir.move(maildir.mailbox(mailboxes, BO), file_name(copy, cut_off), "JunkEmail")
    rows = BulkJobMessage.objects.using("gateway").filter(message_id=cut_off.pk)
    rows.update(status="PROCESSING", claimed_by="dead", lease_until=timezone.now() + timedelta(seconds=30))
    BulkJob.objects.using("gateway").update(look_after=None)
    work_off(job_id)
    assert counts(client, job_id) == ("PROCESSING", 2, 4, 0, 0, 0)
    assert recover() == [], "the lease still holds"
    rows.update(lease_until=timezone.now())
    BulkJob.objects.using("gateway").update(look_after=timezone.now())
    assert [str(job.pk) for job in recover()] == [job_id]
    assert recover() == [], "one reminder is enough"
    work_off(job_id)
    assert counts(client, job_id) == ("COMPLETED", 0, 6, 0, 0, 0)
    for message in messages:
        (log,) = client.investigate.action_log.list(message.investigate_id)
        assert log.status == "moved"
    assert len(copies(mailboxes, BO, "JunkEmail")) == len(copies(mailboxes, JO, "JunkEmail")) == 3
    assert {entry.retry_count for entry in client.investigate.bulk.messages.iterate(job_id)} == {0, 1}


def test_a_job_that_nobody_was_told_of_is_found(client):
    stored()
    job_id = junk(client)
    assert [str(job.pk) for job in recover()] == [job_id]


def test_a_mailbox_that_can_not_be_written_is_tried_again_later_and_given_up_in_the_end(
    client, mailboxes, work_off, monkeypatch
):
    stored(recipients=(BO, JO))
    job_id = junk(client)
    box = maildir.mailbox(mailboxes, BO)
    (box / ".JunkEmail").write_text("a file where the folder should be")
    work_off(job_id)
    assert counts(client, job_id) == ("PROCESSING", 1, 1, 0, 0, 0)
    (waiting,) = client.investigate.bulk.messages.list(job_id, status="PENDING").items
    assert waiting.retry_count == 1
    assert waiting.retry_after > timezone.now()
    assert "could not be written" in waiting.status_message
    for _ in range(5):
        BulkJobMessage.objects.using("gateway").filter(status="PENDING").update(retry_after=timezone.now())
        work_off(job_id)
    assert counts(client, job_id) == ("COMPLETED", 0, 1, 1, 0, 0)
    (box / ".JunkEmail").unlink()


def test_a_mailbox_that_comes_back_gets_its_copy_moved_and_others_stay_where_people_put_them(
    client, mailboxes, work_off
):
    message = stored(recipients=(BO, JO))
    job_id = junk(client)
    block = maildir.mailbox(mailboxes, BO) / ".JunkEmail"
    block.write_text("in the way")
    work_off(job_id)
    client.investigate.move.create(message.investigate_id, destination="DeletedItems")
    block.unlink()
    BulkJobMessage.objects.using("gateway").filter(status="PENDING").update(retry_after=timezone.now())
    work_off(job_id)
    assert counts(client, job_id) == ("COMPLETED", 0, 2, 0, 0, 0)
    assert copies(mailboxes, BO, "JunkEmail") == copies(mailboxes, JO, "DeletedItems") == [message.postfix_id]


def test_a_message_that_is_gone_fails_and_takes_nothing_with_it(client, work_off):
    gone, _there = stored(), stored()
    job_id = junk(client)
    discovery.discover(BulkJob.objects.using("gateway").get(), until=1e12)
    BulkJobMessage.objects.using("gateway").filter(message_id=gone.pk).update(message_id=gone.pk - 1)
    work_off(job_id)
    assert counts(client, job_id) == ("COMPLETED", 0, 1, 1, 0, 0)
    (entry,) = client.investigate.bulk.messages.list(job_id, status="FAILED").items
    assert entry.message is None
    assert "no longer stored" in entry.status_message


def test_a_chunk_that_breaks_is_tried_again_in_smaller_ones(client, mailboxes, work_off, settings):
    for _ in range(3):
        stored()
    job_id = junk(client)
    discovery.discover(BulkJob.objects.using("gateway").get(), until=1e12)
    folder = settings.GATEWAY_MAILBOXES
    settings.GATEWAY_MAILBOXES = None
    work_off(job_id)
    assert counts(client, job_id) == ("PROCESSING", 3, 0, 0, 0, 0)
    settings.GATEWAY_MAILBOXES = folder
    BulkJobMessage.objects.using("gateway").update(retry_after=timezone.now())
    work_off(job_id)
    assert counts(client, job_id) == ("COMPLETED", 0, 3, 0, 0, 0)
    assert len(copies(mailboxes, BO, "JunkEmail")) == 3


@pytest.mark.parametrize("lost", [True, False])
def test_a_release_whose_worker_died_delivers_once(client, mailboxes, work_off, lost):
    message = held(recipients=f"{BO},{JO}")
    job_id = client.investigate.bulk.create(action="RELEASE", search_params=ALL).job_id
    discovery.discover(BulkJob.objects.using("gateway").get(), until=1e12)
    client.investigate.release.bulk(ids=[message.investigate_id])
    if lost:
        BulkJobMessage.objects.using("gateway").update(
            status="PROCESSING", claimed_by="dead", lease_until=timezone.now()
        )
        recover()
    work_off(job_id)
    assert counts(client, job_id) == ("COMPLETED", 0, 2, 0, 0, 0)
    assert copies(mailboxes, BO, "Inbox") == copies(mailboxes, JO, "Inbox") == [message.postfix_id]
    assert len(client.investigate.action_log.list(message.investigate_id)) == 1
