"""Packs: deleted bytes leave them within a day or so, what lives stays readable, and packs without rows go."""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connections
from django.utils import timezone

from gateway.holds.services import hold_set
from gateway.importing import reading_ahead
from gateway.importing.importer import import_all
from gateway.importing.sources import Found
from gateway.models import Message, RawMail, RawRemoval, RetentionMark
from gateway.retention import running
from gateway.retention.packs import rewrite_pack, sweep_packs
from gateway.retention.raw_files import remove_raw_slice
from gateway.store.packs import Pack
from gateway.store.raw_mail import RawMailMissing, raw_storage, read_raw, write_raw
from tests.gateway.conftest import ACCOUNT
from tests.gateway.mails import mail

DAYS = 30


@pytest.fixture(autouse=True)
def retention(settings, monkeypatch):
    settings.GATEWAY_MAIL_DAYS = DAYS
    monkeypatch.setattr(running, "PAUSE", 0)
    # A busy machine is slow to read. Without this, what is read late would be stored apart.
    monkeypatch.setattr(reading_ahead, "LONGEST_WAIT", 60)


def received(days: int) -> str:
    moment = datetime.now(UTC) - timedelta(days=days)
    return (
        f"Received: from a.example (a.example [198.51.100.9]) by mx.acme.example; {moment:%a, %d %b %Y %H:%M:%S} +0000"
    )


def packed(*days: int) -> list[bytes]:
    """Import messages that are so many days old into one pack, and return their bytes."""
    raws = [mail(subject=f"{age} days", extra=received(age)) for age in days]
    told = list(import_all([Found(str(age), raw=raw) for age, raw in zip(days, raws, strict=True)], keep_dates=True))
    assert not [one.error for one in told if one.error]
    grow_old(the_pack())
    return raws


def the_pack() -> Path:
    (file,) = set(RawMail.objects.using("gateway").values_list("file", flat=True))
    return Path(raw_storage().path(file))


def grow_old(path: Path) -> None:
    past = time.time() - 7200
    os.utime(path, (past, past))


def notes_are_due() -> None:
    RawRemoval.objects.using("gateway").update(due_at=timezone.now())


def content() -> set[bytes]:
    return {read_raw(row) for row in RawMail.objects.using("gateway").all()}


def test_deleted_bytes_leave_their_pack_and_the_others_stay_readable():
    gone, *kept = packed(40, 3, 2)
    old = the_pack()
    running.delete_old()
    assert content() == set(kept)
    assert the_pack() == old, "a pack is written anew once for all that go within a day"
    notes_are_due()
    running.delete_old()
    assert content() == set(kept)
    new = the_pack()
    assert new != old
    assert old.exists(), "somebody may have read a row just before"
    notes_are_due()
    assert remove_raw_slice() == (1, False)
    assert not old.exists()
    assert content() == set(kept)
    assert not RawRemoval.objects.using("gateway").exists()
    assert RawMail.objects.using("gateway").filter(size=len(gone)).count() <= len(kept)


def test_a_pack_all_of_whose_messages_are_deleted_goes_whole():
    packed(50, 40)
    old = the_pack()
    running.delete_old()
    assert old.exists()
    notes_are_due()
    assert running.delete_old() == {"raw files": 2}
    assert not old.exists()


def test_held_mail_stays_in_the_new_pack():
    held, _gone, young = packed(50, 40, 2)
    row = Message.objects.using("gateway").get(subject="50 days")
    hold_set(account_id=ACCOUNT, name="Case 7", reason="a court asks", by="admin", message_ids=[row.investigate_id])
    for _round in range(3):
        running.delete_old()
        notes_are_due()
    assert content() == {held, young}


def test_a_death_before_the_rows_are_changed_loses_nothing():
    raws = packed(3, 2)
    file = RawMail.objects.using("gateway").first().file
    with connections["gateway"].cursor() as cursor:
        if connections["gateway"].vendor == "sqlite":
            cursor.execute(
                "CREATE TRIGGER dies BEFORE UPDATE ON gateway_rawmail BEGIN SELECT RAISE(ABORT, 'the end'); END"
            )
        else:
            cursor.execute(f"ALTER TABLE gateway_rawmail ADD CONSTRAINT dies CHECK (file = '{file}')")
    with pytest.raises(IntegrityError):
        rewrite_pack(file)
    assert content() == set(raws)
    assert len(list(Path(raw_storage().path("packs")).rglob("*.zst"))) == 2
    assert sweep_packs(seconds=5) == 0, "it is young: its rows may be yet to come"
    for path in Path(raw_storage().path("packs")).rglob("*.zst"):
        grow_old(path)
    assert sweep_packs(seconds=5) == 1
    assert content() == set(raws)


def test_the_sweep_goes_on_after_the_days_that_it_has_finished():
    packed(2)
    pack = Pack()
    pack.add(mail())
    pack.save()
    (path,) = (one for one in Path(raw_storage().path("packs")).rglob("*.zst") if one != the_pack())
    grow_old(path)
    earlier = path.parent.parent / "20260101" / path.name
    earlier.parent.mkdir()
    path.rename(earlier)
    assert sweep_packs(seconds=5) == 1
    assert RetentionMark.objects.using("gateway").get(name="packs").position == 20260102
    assert content()


def test_bytes_that_come_again_while_their_pack_is_written_anew_are_kept():
    """The intake has read the row and not yet stored its own; meanwhile the row and then the pack go."""
    raw, _other = packed(40, 2)
    arriving = write_raw(raw)
    running.delete_old()
    notes_are_due()
    remove_raw_slice()
    arriving.save(using="gateway", force_insert=True)
    for _round in range(4):
        notes_are_due()
        remove_raw_slice()
    assert read_raw(RawMail.objects.using("gateway").get(pk=arriving.pk)) == raw


def test_bytes_of_a_damaged_pack_that_come_again_are_readable_again():
    raw, other = packed(3, 2)
    the_pack().write_bytes(b"")
    with pytest.raises(RawMailMissing):
        read_raw(RawMail.objects.using("gateway").first())
    write_raw(raw)
    readable = []
    for row in RawMail.objects.using("gateway").all():
        try:
            readable.append(read_raw(row))
        except RawMailMissing:
            assert row.size == len(other)
    assert readable == [raw]
