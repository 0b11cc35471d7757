"""Messages that arrive at the same time share a transaction and a sync; each is acknowledged once it is stored."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction

from gateway.detect import Envelope
from gateway.intake.storing_together import GroupCommit
from gateway.models import Delivery, Message, RawMail
from gateway.pipeline import accept
from gateway.store.packs import is_pack
from gateway.store.raw_mail import read_raw
from tests.gateway.mails import GTUBE, mail

pytestmark = pytest.mark.django_db(databases=["default", "gateway"], transaction=True)
ENVELOPE = Envelope("ann@partner.example", ("bo@acme.example",), "192.0.2.7", "mx.partner.example")
WAITING = 3


@pytest.fixture
def refused():
    """A database that takes no message with the subject "refused"."""
    is_sqlite = connections["gateway"].vendor == "sqlite"
    with connections["gateway"].cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER refuses BEFORE INSERT ON gateway_message WHEN NEW.subject = 'refused' "
            "BEGIN SELECT RAISE(ABORT, 'refused'); END"
            if is_sqlite
            else "ALTER TABLE gateway_message ADD CONSTRAINT refuses CHECK (subject <> 'refused')"
        )
        yield
        cursor.execute("DROP TRIGGER refuses" if is_sqlite else "ALTER TABLE gateway_message DROP CONSTRAINT refuses")


def arriving_at_once(first: bytes, others: list[bytes]) -> list:
    """Take messages in while nobody can write: the first waits for the database, and the others for the first.

    Return for each the accepted message, or what its sender was told instead.
    """
    commits, going_on = GroupCommit(), threading.Event()

    def take_in(raw: bytes):
        try:
            return accept(raw, ENVELOPE, keep=commits.keep).message
        except Exception as error:
            return error
        finally:
            connections.close_all()

    def waits(count: int) -> None:
        deadline = time.monotonic() + 60
        while (len(commits._waiting), commits._is_somebody_writing) != (count, True):
            assert time.monotonic() < deadline
            going_on.wait(0.01)

    with ThreadPoolExecutor(1 + len(others)) as threads:
        with transaction.atomic(using="gateway"), connections["gateway"].cursor() as cursor:
            if connections["gateway"].vendor != "sqlite":
                cursor.execute("LOCK TABLE gateway_rawmail IN EXCLUSIVE MODE")
            taken = [threads.submit(take_in, first)]
            waits(0)
            taken += [threads.submit(take_in, raw) for raw in others]
            waits(len(others))
            assert not any(one.done() for one in taken)
        return [one.result(60) for one in taken]


def test_those_that_wait_are_stored_together(mailboxes):
    raws = [mail(subject=f"Lunch {number}") for number in range(WAITING)] + [mail(body=GTUBE)]
    taken = arriving_at_once(raws[0], raws[1:])
    assert [read_raw(Message.objects.using("gateway").get(pk=one.pk).raw) for one in taken] == raws
    packs = [row.file for row in RawMail.objects.using("gateway").all() if is_pack(row.file)]
    assert len(packs) == WAITING
    assert len(set(packs)) == 1
    assert sorted(path.read_bytes() for path in mailboxes.glob("*/new/*")) == sorted(raws[:WAITING])
    statuses = Delivery.objects.using("gateway").values_list("status", flat=True)
    assert sorted(statuses) == ["delivered"] * WAITING + ["quarantined"]


def test_one_that_cannot_be_stored_is_refused_and_harms_no_other(refused):
    raws = [mail(subject=subject) for subject in ("one", "two", "refused", "three")]
    one, two, none, three = arriving_at_once(raws[0], raws[1:])
    assert isinstance(none, Exception)
    assert {row.pk for row in Message.objects.using("gateway").all()} == {one.pk, two.pk, three.pk}
    assert {read_raw(row) for row in RawMail.objects.using("gateway").all()} == {raws[0], raws[1], raws[3]}


def test_what_comes_alone_waits_for_nobody_and_has_a_file_of_its_own():
    commits = GroupCommit()
    for _time in range(2):
        message = accept(mail(), ENVELOPE, keep=commits.keep).message
        assert not is_pack(message.raw.file)
