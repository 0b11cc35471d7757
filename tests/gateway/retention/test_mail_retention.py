"""Old mail goes with all about it, what is held or worked on stays, and nothing that arrives meanwhile is lost."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone

from dashboard.backup.home_state import without_retention
from gateway.holds.matching import active_holds, holds_of
from gateway.holds.services import hold_lift, hold_set
from gateway.models import (
    ActionLog,
    BulkJob,
    BulkJobMessage,
    Delivery,
    Message,
    MessageDetail,
    MessageIndex,
    RawMail,
    RawRemoval,
    Submission,
    TraceLine,
    UnreadMessage,
)
from gateway.preview.cached import keep_picture, kept_picture
from gateway.retention import running
from gateway.retention.mail import AT_ONCE, _free
from gateway.retention.raw_files import remove_raw_slice
from gateway.store.raw_mail import raw_storage, read_raw, write_raw
from tests.gateway.conftest import ACCOUNT
from tests.gateway.mails import held, mail, stored

DAYS = 30


@pytest.fixture(autouse=True)
def retention(settings, monkeypatch):
    settings.GATEWAY_MAIL_DAYS = DAYS
    monkeypatch.setattr(running, "PAUSE", 0)


def old(raw=None, *, days=DAYS + 1, **how) -> Message:
    message = stored(raw, scanned_at=timezone.now() - timedelta(days=days), **how)
    past = time.time() - 7200
    os.utime(raw_storage().path(message.raw.file), (past, past))
    return message


def raw_file(message: Message) -> Path:
    return Path(raw_storage().path(message.raw.file))


def a_hold(**what):
    return hold_set(account_id=ACCOUNT, name="Case 7", reason="a court asks", by="admin", **what)


def left() -> set[int]:
    return set(Message.objects.using("gateway").values_list("pk", flat=True))


def test_old_mail_goes_with_everything_about_it_but_never_from_the_mailbox(client, mailboxes):
    gone, young = old(subject="quarterly figures"), stored()
    ActionLog.objects.using("gateway").create(
        message=gone, operation="MOVE", started_at=timezone.now(), status="done", success=True
    )
    keep_picture(f"{gone.raw_id}-1", b"png IEND\xaeB`\x82")
    delivered = sorted(mailboxes.rglob("new/*"))
    assert running.delete_old() == {"messages": 1, "raw files": 1}
    assert left() == {young.pk}
    for model in (ActionLog, TraceLine, Delivery, MessageDetail, MessageIndex, UnreadMessage, Submission):
        assert not model.objects.using("gateway").filter(message_id=gone.pk).exists(), model
    assert not raw_file(gone).exists()
    assert raw_file(young).exists()
    assert kept_picture(f"{gone.raw_id}-1") is None
    assert sorted(mailboxes.rglob("new/*")) == delivered
    assert [row.id for row in client.investigate.iterate(detections_only=False, query="quarterly")] == []
    assert running.delete_old() == {}


def test_by_default_mail_is_kept(settings):
    settings.GATEWAY_MAIL_DAYS = 0
    message = old(days=9000)
    assert running.delete_old().keys() <= {"strangers"}
    assert left() == {message.pk}


def test_each_slice_goes_on_where_the_one_before_was():
    for _ in range(AT_ONCE + 3):
        old()
    kept = stored()
    hold = a_hold(message_ids=[min(Message.objects.using("gateway").all(), key=lambda one: one.pk).investigate_id])
    before = timezone.now() - timedelta(days=DAYS)
    assert running.delete_mail_slice(before) == (AT_ONCE - 1, True)
    assert running.delete_mail_slice(before) == (3, False), "it goes on where it was"
    assert len(left()) == 2
    hold_lift(hold.pk, account_id=ACCOUNT, by="admin")
    assert running.delete_mail_slice(before) == (1, False), "it begins anew"
    assert left() == {kept.pk}


HOLDS = {
    "its id": lambda message: {"message_ids": [message.investigate_id]},
    "its recipient": lambda _message: {"recipients": ["BO@acme.example"]},
    "its sender": lambda _message: {"senders": ["Ann@partner.example"]},
    "its sender's domain": lambda _message: {"senders": ["partner.example"]},
    "a domain above its sender's": lambda _message: {"senders": ["example"]},
    "its time": lambda message: {"since": message.scanned_at, "until": message.scanned_at + timedelta(seconds=1)},
    "all of these": lambda message: {"senders": ["partner.example"], "recipients": ["bo@acme.example"]},
}
OTHERS = {
    "another id": {"message_ids": ["4XYZ-2026-01-01T00:00:00-00000000"]},
    "another recipient": {"recipients": ["jo@acme.example"]},
    "another domain": {"senders": ["artner.example"]},
    "another time": {"since": timezone.now() - timedelta(days=1)},
    "one of two": {"senders": ["partner.example"], "recipients": ["jo@acme.example"]},
}


@pytest.mark.parametrize("by", HOLDS)
def test_what_a_hold_names_is_kept_until_it_is_lifted(by):
    message = old()
    hold = a_hold(**HOLDS[by](message))
    assert [one.name for one in holds_of(message)] == ["Case 7"]
    running.delete_old()
    assert left() == {message.pk}
    assert read_raw(message.raw)
    assert hold_lift(hold.pk, account_id=ACCOUNT, by="admin").lifted_by == "admin"
    assert active_holds() == []
    running.delete_old()
    assert left() == set()


@pytest.mark.parametrize("by", OTHERS)
def test_what_a_hold_does_not_name_goes(by):
    message = old()
    a_hold(**OTHERS[by])
    assert holds_of(message) == []
    running.delete_old()
    assert left() == set()


def test_a_hold_names_something():
    now = timezone.now()
    with pytest.raises(ValueError, match="names"):
        a_hold()
    with pytest.raises(ValueError, match="period"):
        a_hold(since=now, until=now)


def test_what_somebody_works_on_is_kept(client):
    queued, unread, submitted = old(), old(), held()
    Delivery.objects.using("gateway").filter(message=queued).update(status="queued")
    UnreadMessage.objects.using("gateway").create(message=unread, try_after=timezone.now())
    Submission.objects.using("gateway").create(
        account_id=ACCOUNT, message=submitted, requested_at=timezone.now(), requested_disposition="NONE"
    )
    messages = list(Message.objects.using("gateway").all())
    assert _free(messages) == []
    Delivery.objects.using("gateway").update(status="delivered")
    UnreadMessage.objects.using("gateway").update(try_after=None)
    Submission.objects.using("gateway").update(status="completed")
    assert len(_free(messages)) == 3


def test_bytes_that_another_message_has_stay():
    raw = mail()
    old(raw)
    young = stored(raw)
    running.delete_old()
    assert left() == {young.pk}
    assert read_raw(young.raw) == raw
    assert not RawRemoval.objects.using("gateway").exists()


def test_the_same_bytes_that_arrive_while_they_are_removed_are_kept():
    """The intake has found the file and not yet written its row."""
    raw = mail()
    message = old(raw)
    running.delete_mail_slice(timezone.now() - timedelta(days=DAYS))
    assert not RawMail.objects.using("gateway").exists()
    arriving = write_raw(raw)
    assert remove_raw_slice() == (0, False)
    assert raw_file(message).exists()
    arriving.save(using="gateway", force_insert=True)
    RawRemoval.objects.using("gateway").update(due_at=timezone.now())
    assert remove_raw_slice() == (1, False)
    assert read_raw(arriving) == raw


def test_a_process_that_died_while_it_removed_a_file_left_it_aside_and_nothing_is_lost():
    raw = mail()
    message = old(raw)
    running.delete_mail_slice(timezone.now() - timedelta(days=DAYS))
    aside = Path(raw_storage().path("removing")) / message.raw.file.replace("/", "-")
    aside.parent.mkdir()
    raw_file(message).rename(aside)
    again = RawMail(sha256=message.raw_id, size=len(raw), file=message.raw.file)
    again.save(using="gateway", force_insert=True)
    remove_raw_slice()
    assert read_raw(again) == raw


def test_removals_that_were_begun_are_finished_when_mail_is_kept_again(settings):
    message = old()
    running.delete_mail_slice(timezone.now() - timedelta(days=DAYS))
    settings.GATEWAY_MAIL_DAYS = 0
    assert running.delete_old() == {"raw files": 1}
    assert not raw_file(message).exists()


def test_old_previews_go_and_young_ones_stay(settings):
    settings.GATEWAY_MAIL_DAYS = 0
    for name, days in (("aa11-1", 31), ("bb22-1", 29)):
        keep_picture(name, b"png IEND\xaeB`\x82")
        past = time.time() - days * 86400
        os.utime(storages["previews"].path(f"{name[:2]}/{name}.png"), (past, past))
    storages["previews"].save("aa/aa11.part", ContentFile(b""))
    assert running.delete_old() == {"previews": 1}
    assert kept_picture("aa11-1") is None
    assert kept_picture("bb22-1")


def test_bulk_jobs_go_a_slice_at_a_time_unless_mail_is_held(settings):
    settings.GATEWAY_MAIL_DAYS = 0
    ended = timezone.now() - timedelta(days=400)
    for completed in (ended, timezone.now()):
        job = BulkJob.objects.using("gateway").create(
            account_id=ACCOUNT, action="MOVE", search={}, filters={}, created_at=ended, completed_at=completed
        )
        BulkJobMessage.objects.using("gateway").bulk_create(
            BulkJobMessage(job=job, message_id=number, recipient="bo@acme.example", created_at=ended)
            for number in range(3)
        )
    hold = a_hold(senders=["elsewhere.example"])
    assert running.delete_old() == {}
    hold_lift(hold.pk, account_id=ACCOUNT, by="admin")
    assert running.delete_old() == {"bulk jobs": 1}
    assert BulkJob.objects.using("gateway").get() == job
    assert BulkJobMessage.objects.using("gateway").count() == 3


def test_nothing_is_deleted_while_a_backup_runs(settings, tmp_path):
    settings.GATEHOUSE_BACKUP_LOCK = tmp_path / "backup.lock"
    gone = old()
    with without_retention():
        assert running.delete_old() == {}
        assert left() == {gone.pk}
    assert running.delete_old()["messages"] == 1
