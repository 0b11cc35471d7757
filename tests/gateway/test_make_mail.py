"""Synthetic mail: deterministic, varied, and stored as if it had been taken in one by one."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from gateway.detect import Envelope
from gateway.mail.parser import parse
from gateway.models import Delivery, Message
from gateway.pipeline import evaluate
from gateway.store.message_detail import Detail
from gateway.store.message_rows import rows
from gateway.store.packs import Pack
from gateway.store.policy_cache import policy
from gateway.store.raw_mail import read_raw
from gateway.synthetic import synthetic_mail
from gateway.synthetic.bulk_store import Chunk, build_rows, store
from tests.gateway.conftest import ACCOUNT

START = datetime(2026, 5, 1, tzinfo=UTC)


def chunk(first=0, last=200, *, seed=3, mailboxes=True):
    return Chunk(seed, first, last, START, timedelta(minutes=1), "acme.example", mailboxes)


def shown(entry):
    """What the rows of a message say, without what differs by chance: its key's tail."""
    skip = {"_state", "id", "investigate_id", "postfix_id", "postfix_id_outbound"}
    message = {name: value for name, value in vars(entry.message).items() if name not in skip}
    detail = Detail.unpacked(entry.detail.payload)
    trace = [line[2].partition(": ")[2] for line in detail.trace]
    detail.trace = []
    copies = [(copy.recipient, copy.status) for copy in entry.deliveries]
    return message, detail, trace, copies, entry.index.subject, set(entry.index.keys.split())


def test_rows_equal_what_parser_and_detectors_make_of_each_message():
    mails = list(chunk(0, 400).messages())
    pack = Pack()
    for mail, entry in zip(mails, build_rows(mails, pack), strict=True):
        envelope = Envelope(mail.mail_from, mail.recipients, mail.client_ip, mail.helo)
        parsed = parse(mail.raw)
        expected = rows(
            account_id=ACCOUNT,
            raw=entry.message.raw,
            parsed=parsed,
            outcome=evaluate(parsed, envelope, policy(ACCOUNT)),
            envelope=envelope,
            scanned_at=mail.scanned_at,
            key=entry.message.pk,
        )
        assert shown(entry) == shown(expected)
        assert entry.index.words == expected.index.words


def test_the_same_seed_writes_the_same_mail_and_another_seed_other_mail():
    def written(seed):
        return [synthetic_mail(seed, number, domain="acme.example", scanned_at=START).raw for number in range(50)]

    assert written(1) == written(1)
    assert not set(written(1)) & set(written(2))


def test_synthetic_mail_is_varied():
    store(chunk(0, 1000))
    found = Message.objects.using("gateway")
    assert found.count() == 1000
    dispositions = set(found.values_list("final_disposition", flat=True))
    assert {"NONE", "BULK", "SPAM"} <= dispositions
    assert len(dispositions) >= 5
    assert found.values("subject").distinct().count() > 90
    assert found.values("from_address").distinct().count() > 70
    assert 0.05 < found.filter(is_quarantined=True).count() / 1000 < 0.4


def test_packed_raw_comes_back_and_copies_lie_in_the_mailboxes(mailboxes, client):
    store(chunk(0, 40))
    by_id = {}
    for mail, row in zip(chunk(0, 40).messages(), Message.objects.using("gateway").order_by("id"), strict=True):
        assert read_raw(row.raw) == mail.raw
        assert row.scanned_at == mail.scanned_at
        by_id[row.pk] = mail.raw
    delivered = Delivery.objects.using("gateway").filter(status="delivered")
    assert delivered.count() == len(list(mailboxes.glob("*/new/*")))
    row = delivered.first().message
    assert row.delivery_bits == 1
    assert all(result.success for result in client.investigate.move.create(row.investigate_id, destination="JunkEmail"))
    assert client.investigate.raw.download(row.investigate_id).content == by_id[row.pk]
    assert "delivered to" in client.investigate.trace.get(row.investigate_id).outbound.lines[-2].message


def test_synthetic_mail_is_found_like_other_mail(client):
    store(chunk(0, 200, mailboxes=False))
    row = Message.objects.using("gateway").order_by("?").first()
    found = client.investigate.iterate(
        query=row.subject, sender=row.from_address, start=START, end=START + timedelta(days=1), detections_only=False
    )
    assert row.investigate_id in {message.id for message in found}


@pytest.mark.parametrize("arguments", [["--count", "0", "--seed", "1"], ["--count", "5", "--seed", "-1"]])
def test_senseless_numbers_are_refused(arguments):
    with pytest.raises(CommandError):
        call_command("make_mail", *arguments)
