"""The audit trail is append-only, and its chain shows what was done to it all the same."""

import threading

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.chain.canonical import chain_hash
from dashboard.audit.chain.erasing import fingerprint, person_erase
from dashboard.audit.chain.heads import keep_head
from dashboard.audit.chain.rows import row_of
from dashboard.audit.chain.sealing import seal_pending
from dashboard.audit.chain.triggers import install, remove
from dashboard.audit.chain.verifying import verify
from dashboard.audit.models import AuditEntry
from dashboard.audit.services import close, record

pytestmark = pytest.mark.django_db
ANNA = Actor(user_id=7, username="anna", role="analyst", ip="192.0.2.1", user_agent="Browser/1.0")


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.GATEHOUSE_HOME = tmp_path


def entry(number=1, **more) -> AuditEntry:
    facts = {"action": AuditAction.ASSIGN, "outcome": Outcome.DONE, "object_kind": "message", "detail": {"to": "bob"}}
    return record(actor=ANNA, object_id=f"m{number}", **facts | more)


def trail(length=5) -> list[AuditEntry]:
    made = [entry(number) for number in range(length)]
    seal_pending()
    return made


def changed(made: AuditEntry, **values) -> None:
    """Change an entry as who owns the database can: without the triggers, which come back afterwards."""
    remove(connection)
    AuditEntry.objects.filter(pk=made.pk).update(**values)
    install()


@pytest.mark.parametrize(
    "values",
    [
        {"username": "eve"},
        {"outcome": "failed"},
        {"detail": {"to": "eve"}},
        {"detail": {"to": "bob", "more": 1}},
        {"detail": {}},
        {"hash": "0" * 64},
        {"position": 99},
        {"action": ""},
        {"salt": ""},
    ],
    ids=str,
)
def test_the_database_refuses_to_change_an_entry(values):
    made = trail(1)[0]
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.filter(pk=made.pk).update(**values)


def test_the_database_refuses_to_delete_to_replace_and_to_empty():
    made = trail(2)[0]
    columns = ", ".join(f'"{field.column}"' for field in AuditEntry._meta.concrete_fields)
    for statement in [
        "DELETE FROM dashboard_auditentry",
        f"INSERT OR REPLACE INTO dashboard_auditentry ({columns}) SELECT {columns} FROM dashboard_auditentry"
        if connection.vendor == "sqlite"
        else "TRUNCATE dashboard_auditentry",
    ]:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert AuditEntry.objects.filter(pk=made.pk).exists()


def test_an_untouched_trail_holds(capsys):
    attempt = entry(outcome=Outcome.ATTEMPTED)
    close(attempt, Outcome.DONE, detail={"seen": 1.5, "nul": "a\0b", "half": "\ud800", "many": list(range(99))})
    trail(3)
    call_command("verify_audit")
    assert "holds: 5 entries." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"username": "eve"}, "changed after it was written: username"),
        ({"ip": "192.0.2.2"}, "changed after it was written: ip"),
        ({"detail": {"to": "eve"}}, "changed after it was written: detail.to"),
        ({"outcome": "failed"}, "changed after it was written: row"),
        ({"digests": {}}, "changed after it was written"),
        ({"hash": "0" * 64}, "its hash does not fit"),
        ({"mac": "0" * 64}, "not sealed with this installation's key"),
        ({"position": 99}, "entries are missing before"),
        ({"position": None}, "entries are missing before"),
    ],
    ids=str,
)
def test_one_changed_entry_is_named(values, why, capsys):
    made = trail()[2]
    changed(made, **values)
    with pytest.raises(SystemExit) as ended:
        call_command("verify_audit")
    assert ended.value.code == 1
    told = capsys.readouterr().err
    assert why in told
    assert "position" in values or f"entry {made.pk}, place 3" in told
    assert "2 entries before it hold" in told


def test_a_missing_and_a_moved_entry_are_named():
    first, second, third, *_rest = trail()
    remove(connection)
    AuditEntry.objects.filter(pk=third.pk)._raw_delete("default")
    assert verify().broken.position == 3
    AuditEntry.objects.filter(pk=first.pk).update(position=-1)
    AuditEntry.objects.filter(pk=second.pk).update(position=1)
    AuditEntry.objects.filter(pk=first.pk).update(position=2)
    broken = verify().broken
    assert (broken.entry, broken.position) == (second.pk, 1)


def test_a_chain_made_anew_without_the_key_is_found():
    made = trail()
    remove(connection)
    AuditEntry.objects.filter(pk=made[2].pk)._raw_delete("default")
    AuditEntry.objects.filter(position__gt=3).update(position=F("position") - 1)
    previous = made[1]
    previous.refresh_from_db()
    previous = previous.hash
    for row in AuditEntry.objects.filter(position__gte=3).order_by("position"):
        previous = chain_hash(row_of(row), row.position, previous)
        AuditEntry.objects.filter(pk=row.pk).update(hash=previous)
    assert verify().broken.why == "it was not sealed with this installation's key"


def test_a_missing_end_is_found_by_the_head_that_was_kept():
    made = trail()
    assert keep_head()
    assert not keep_head()
    remove(connection)
    AuditEntry.objects.filter(pk=made[-1].pk)._raw_delete("default")
    assert "the end is missing" in str(verify().broken)


def test_missing_triggers_are_told():
    trail(1)
    remove(connection)
    assert "lacks the triggers audit_never_changed" in str(verify().broken)
    install()
    assert verify().broken is None


def test_a_person_is_erased_and_the_chain_still_holds():
    made = trail(2)
    record(actor=Actor(None, "", "", "192.0.2.9"), action="sign_in_failed", object_kind="person", object_id="anna",
           outcome=Outcome.REFUSED)  # fmt: skip
    about = record(
        actor=Actor(1, "admin", "admin", None), action="assign", outcome=Outcome.DONE,
        detail={"to": "anna", "why": "asked by Anna.", "who": "annabel", "n": 1},
    )  # fmt: skip
    seal_pending()
    assert person_erase("anna", why="a request by law", by="root") == 4
    seal_pending()
    assert verify().broken is None
    made[0].refresh_from_db()
    assert (made[0].username, made[0].user_id, made[0].ip, made[0].user_agent) == ("", None, None, "")
    assert made[0].object_id == "m0"
    about.refresh_from_db()
    assert about.detail == {"to": None, "why": None, "who": "annabel", "n": 1}
    assert about.username == "admin"
    kept = AuditEntry.objects.get(action="person_erase", follows=None)
    assert kept.final_outcome == "done"
    assert kept.final_detail == {"who": fingerprint("anna"), "why": "a request by law", "by": "root", "entries": 4}
    assert not AuditEntry.objects.filter(username="anna").exists()


def test_an_erased_value_cant_be_filled_again():
    made = trail(1)[0]
    person_erase("anna", why="a request by law", by="root")
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.filter(pk=made.pk).update(username="eve")
    changed(made, username="eve")
    assert "username" in verify().broken.why


@pytest.mark.django_db(transaction=True)
def test_many_writers_at_once_make_one_chain():
    faults = []

    def write(number):
        try:
            for _ in range(10):
                with transaction.atomic():
                    entry(number)
                    entry(number)
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    while seal_pending():
        pass
    found = verify()
    assert (found.sealed, found.waiting, found.broken) == (80, 0, None)


def test_an_entry_is_sealed_when_it_is_written_or_soon_after(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        made = entry()
    made.refresh_from_db()
    assert made.position == AuditEntry.objects.count()
