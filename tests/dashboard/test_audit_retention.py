"""Old audit entries may go, up to a checkpoint, and the chain still shows every other that is missing."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from dashboard.audit.chain import cutting
from dashboard.audit.chain.cutting import cut_slice, last_checkpoint
from dashboard.audit.chain.heads import keep_head
from dashboard.audit.chain.sealing import seal_pending
from dashboard.audit.chain.triggers import install, missing, remove
from dashboard.audit.chain.verifying import verify
from dashboard.audit.checkpoints import AuditCheckpoint
from dashboard.audit.models import AuditEntry
from dashboard.audit.services import close
from tests.dashboard.test_audit_chain import entry, home

pytestmark = pytest.mark.django_db
assert home


@pytest.fixture
def trail(monkeypatch):
    """Ten entries, of which six are old: an attempt among them has its result among the young ones."""
    real, made = timezone.now, []
    for number in range(10):
        days = 40 if number < 6 else 0
        monkeypatch.setattr(timezone, "now", lambda days=days: real() - timedelta(days=days))
        made.append(entry(number, outcome="attempted" if number == 4 else "done"))
    monkeypatch.setattr(timezone, "now", real)
    close(made[4], "done")
    seal_pending()
    return made


def a_month_ago():
    return timezone.now() - timedelta(days=30)


def cut_all(before=None) -> int:
    count, more = 0, True
    while more:
        deleted, more = cut_slice(before or a_month_ago())
        seal_pending()
        count += deleted
    return count


def test_old_entries_go_and_the_rest_proves_itself_from_there_on(trail, monkeypatch):
    monkeypatch.setattr(cutting, "DELETED_AT_ONCE", 4)
    keep_head()
    assert cut_all() == 6
    assert AuditEntry.objects.filter(at__lt=a_month_ago()).count() == 0
    assert last_checkpoint().position == 6
    told = AuditEntry.objects.get(action="audit_cut")
    assert (told.object_id, told.detail["entries"]) == ("6", 6)
    found = verify()
    assert (found.broken, found.cut, found.sealed) == (None, 6, 6)
    keep_head()
    assert verify().broken is None
    assert cut_all() == 0


def test_entries_that_a_dead_process_left_are_deleted_by_the_next(trail, monkeypatch):
    monkeypatch.setattr(cutting, "DELETED_AT_ONCE", 2)
    assert cut_slice(a_month_ago()) == (0, True)
    assert cut_slice(a_month_ago()) == (2, True)
    seal_pending()
    assert verify().broken is None, "the checkpoint says where the chain begins, whatever is left before it"
    assert cut_all() == 4


def test_a_second_cut_goes_on_from_the_first(trail, monkeypatch):
    monkeypatch.setattr(cutting, "AT_ONCE", 4)
    assert cut_all() == 6
    assert list(AuditCheckpoint.objects.order_by("position").values_list("position", flat=True)) == [4, 6]
    assert verify().broken is None


def test_the_last_entry_of_the_chain_stays(trail):
    cut_all(timezone.now())
    assert AuditEntry.objects.exists()
    entry()
    seal_pending()
    assert verify().broken is None


@pytest.mark.parametrize("place", [7, 8])
def test_any_other_entry_that_is_missing_is_found(trail, place):
    cut_all()
    remove(connection)
    AuditEntry.objects.filter(position=place).delete()
    install()
    assert f"place {place}" in str(verify().broken)


def test_a_checkpoint_that_somebody_else_wrote_is_found(trail):
    """Whoever reaches the database can write one, and delete what it names; the key is not in the database."""
    AuditCheckpoint.objects.create(
        position=3,
        hash=AuditEntry.objects.get(position=3).hash,
        proof="0" * 64,
        last_id=3,
        before=a_month_ago(),
        made_at=timezone.now(),
    )
    AuditEntry.objects.filter(position__lte=3).delete()
    assert "the checkpoint was not made with this installation's key" in str(verify().broken)


def refused(act):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        act()


def test_the_database_lets_go_of_nothing_else(trail):
    refused(lambda: AuditEntry.objects.filter(position=1).delete())
    cut_slice(a_month_ago())
    last = last_checkpoint()
    for act in (
        lambda: AuditEntry.objects.filter(position=7).delete(),
        lambda: AuditCheckpoint.objects.filter(pk=last.pk).update(position=9),
        lambda: AuditCheckpoint.objects.filter(pk=last.pk).delete(),
        lambda: AuditCheckpoint.objects.create(
            position=5, hash="", proof="", last_id=5, before=a_month_ago(), made_at=timezone.now()
        ),
        lambda: AuditCheckpoint.objects.create(
            position=9, hash="", proof="", last_id=9, before=timezone.now() + timedelta(days=1), made_at=timezone.now()
        ),
    ):
        refused(act)
    with pytest.raises(TypeError):
        last.delete()
    assert missing(connection) == []


def test_young_entries_below_a_checkpoint_stay(trail):
    """The clock may have gone back: the place alone is not enough."""
    young = AuditEntry.objects.get(position=8)
    AuditCheckpoint.objects.create(
        position=8, hash=young.hash, proof="", last_id=8, before=a_month_ago(), made_at=timezone.now()
    )
    refused(lambda: AuditEntry.objects.filter(position=8).delete())
    AuditEntry.objects.filter(position=6).delete()
