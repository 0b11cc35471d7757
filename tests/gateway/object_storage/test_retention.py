"""Old mail goes from an object store too, and nothing goes that arrives at that very moment."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gateway.models import Message, RawMail, RawRemoval
from gateway.preview.cached import keep_picture, kept_picture
from gateway.retention import raw_files, raw_objects, running
from gateway.retention.previews import delete_previews
from gateway.retention.raw_files import remove_raw_slice
from gateway.store.object_store import object_store
from gateway.store.raw_mail import read_raw, write_raw
from tests.gateway.mails import mail, stored

DAYS = 30
PNG = b"png IEND\xaeB`\x82"


@pytest.fixture(autouse=True)
def retention(settings, monkeypatch):
    settings.GATEWAY_MAIL_DAYS = DAYS
    monkeypatch.setattr(running, "PAUSE", 0)


@pytest.fixture
def hours(monkeypatch):
    """Have an hour pass between the rounds of retention: objects have the server's time."""
    monkeypatch.setattr(raw_files, "USED_LATELY", timedelta(0))


def old(raw=None) -> Message:
    return stored(raw, scanned_at=timezone.now() - timedelta(days=DAYS + 1))


def test_an_object_goes_in_two_steps_and_its_pictures_with_it(s3, hours):
    gone, young = old(), stored()
    keep_picture(f"{gone.raw_id}-1", PNG)
    running.delete_old()
    assert remove_raw_slice() == (0, False) or not RawRemoval.objects.using("gateway").exists()
    while RawRemoval.objects.using("gateway").exists():
        remove_raw_slice()
    assert s3.names() == [f"raw/{young.raw.file}"]
    assert kept_picture(f"{gone.raw_id}-1") is None


def test_within_an_hour_of_its_writing_an_object_stays(s3):
    message = old()
    running.delete_old()
    assert s3.names() == [f"raw/{message.raw.file}"]
    (removal,) = RawRemoval.objects.using("gateway").all()
    assert removal.due_at > timezone.now() + timedelta(minutes=55)


def test_bytes_that_arrive_while_their_object_goes_are_read_and_put_back(s3, hours, monkeypatch):
    raw = mail()
    message = old(raw)
    running.delete_mail_slice(timezone.now() - timedelta(days=DAYS))
    again = []
    delete = type(object_store("raw_mail")).delete

    def delete_after_somebody_stored_it(store, name):
        if not again:
            again.append(write_raw(raw))
        delete(store, name)
        monkeypatch.undo()

    monkeypatch.setattr(type(object_store("raw_mail")), "delete", delete_after_somebody_stored_it)
    monkeypatch.setattr(raw_files, "USED_LATELY", timedelta(0))
    assert remove_raw_slice() == (0, False)
    again[0].save(using="gateway")
    assert s3.names() == [f"raw/removing/{message.raw.file}"], "the object went right after it was written"
    assert read_raw(again[0]) == raw
    make_due()
    assert remove_raw_slice() == (1, False)
    assert s3.names() == [f"raw/{again[0].file}"]
    assert read_raw(again[0]) == raw


def test_a_round_that_died_between_its_steps_is_taken_up(s3, hours):
    message = old()
    running.delete_mail_slice(timezone.now() - timedelta(days=DAYS))
    object_store("raw_mail").copy(message.raw.file, f"removing/{message.raw.file}")
    while RawRemoval.objects.using("gateway").exists():
        make_due()
        remove_raw_slice()
    assert s3.names() == []


def test_an_object_that_has_a_row_again_stays(s3, hours):
    raw = mail()
    old(raw)
    running.delete_mail_slice(timezone.now() - timedelta(days=DAYS))
    row = stored(raw).raw
    assert remove_raw_slice() == (1, False)
    assert s3.names() == [f"raw/{row.file}"]
    assert RawMail.objects.using("gateway").get() == row


def test_an_object_is_read_from_its_copy_alone_if_it_is_missing(s3):
    row = write_raw(mail())
    store = object_store("raw_mail")
    kept = store.read(row.file)
    store.put(f"removing/{row.file}", b"what is no frame")
    assert read_raw(row)
    store.put(f"removing/{row.file}", kept)
    store.delete(row.file)
    assert read_raw(row)


def test_old_pictures_go_and_young_ones_stay(s3):
    for number in range(4):
        keep_picture(f"{number:x}{number:x}abc-1", PNG)
    assert delete_previews(timezone.now() - timedelta(days=1), seconds=20) == 0
    assert delete_previews(timezone.now() + timedelta(days=1), seconds=20) == 4
    assert s3.names() == []


def test_the_steps_wait_for_each_other(s3):
    row, store = write_raw(mail()), object_store("raw_mail")

    def step(hours):
        return raw_objects.remove_object(store, row.file, is_used=lambda: False, after=timedelta(hours=hours)), sorted(
            s3.names()
        )

    assert step(1) == (False, [f"raw/{row.file}"])
    assert step(0) == (False, [f"raw/removing/{row.file}"])
    assert step(1) == (False, [f"raw/removing/{row.file}"])
    assert step(0) == (True, [])


def make_due() -> None:
    RawRemoval.objects.using("gateway").update(due_at=timezone.now())
