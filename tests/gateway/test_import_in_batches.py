"""Importing in batches: the same rows as one by one, and one bad message harms no other."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections, transaction

from gateway.history.asking import MATURE_FROM, forget
from gateway.importing import reading_ahead
from gateway.importing.importer import import_all
from gateway.importing.sources import Found
from gateway.models import (
    Correspondence,
    Delivery,
    Message,
    MessageDetail,
    MessageIndex,
    NameHistory,
    RawMail,
    RecipientHour,
    SenderHistory,
    Submission,
    TraceLine,
)
from gateway.store.message_detail import Detail
from gateway.store.packs import is_pack
from gateway.store.raw_mail import read_raw
from tests.gateway.conftest import ACCOUNT
from tests.gateway.mails import GTUBE, mail
from tests.gateway.policy_rows import protect

LURE = "Cheap viagra and cialis, no prescription, online pharmacy! Order now, limited time offer, 80% off."
MX = "mx.acme.example"
FROM_INSIDE = f"Received: from pc ([10.0.0.7]) by {MX}; Tue, 6 Jan 2026 10:00:00 +0000"

_IDS = re.compile(r"^\w{12}: |\w{12}-20[\w:-]+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture(autouse=True)
def _domain(settings, monkeypatch):
    # A busy machine is slow to read. Without this, what is read late would be a batch of its own.
    monkeypatch.setattr(reading_ahead, "LONGEST_WAIT", 60)
    protect("acme.example")
    settings.GATEWAY_TRUSTED_AUTHSERV_IDS = [MX]
    settings.GATEWAY_REPORT_ADDRESSES = ["phish@acme.example"]
    _make_history()
    yield
    forget()


def _make_history() -> None:
    """An office of 20 days that has seen enough to say who is new, and a mailbox that gets one message in an hour."""
    now = datetime.now(UTC)
    SenderHistory.objects.using("gateway").create(
        account_id=ACCOUNT,
        kind="address",
        key="desk@elsewhere.example",
        first_seen=now - timedelta(days=20),
        last_seen=now,
        judged_clean=MATURE_FROM,
    )
    hour = int(now.timestamp()) // 3600
    RecipientHour.objects.using("gateway").bulk_create(
        RecipientHour(account_id=ACCOUNT, recipient="bo@acme.example", hour=hour - number, messages=1)
        for number in range(2, 40)
    )
    forget()


def proven(domain: str, *, minute: int = 0) -> str:
    return (
        f"Authentication-Results: {MX}; dmarc=pass header.from={domain}; spf=pass smtp.mailfrom={domain}\r\n"
        f"Received: from a.example (a.example [198.51.100.9]) by {MX}; Tue, 6 Jan 2026 11:{minute:02}:00 +0000"
    )


def mailbox() -> list[bytes]:
    """Mail whose judgement depends on what came just before it."""
    question = "<question-7@acme.example>"
    raws = [mail(subject=f"Minutes {number}", extra=proven("partner.example", minute=number)) for number in range(45)]
    raws += [
        mail(sender="Bo Lund <bo@acme.example>", to="cy@third.example", message_id=question, extra=FROM_INSIDE),
        mail(
            sender="Cy Dow <cy@third.example>",
            body=LURE,
            extra=f"In-Reply-To: {question}\r\n" + proven("third.example"),
        ),
        mail(
            sender="Di Eve <di@fourth.example>",
            body=LURE,
            extra=f"In-Reply-To: {question}\r\n" + proven("fourth.example"),
        ),
        mail(sender="Ann Reed <ann@other.example>", to="cy@acme.example", extra=proven("other.example")),
        mail(sender="Bo Lund <bo@acme.example>", to="eve@fifth.example", extra=FROM_INSIDE),
        mail(sender="Eve Ash <eve@fifth.example>", extra=proven("fifth.example")),
        mail(body=GTUBE, extra=proven("partner.example")),
        raws[3],
    ]
    reported = raws[10]
    report = (
        (
            f"From: Bo Lund <bo@acme.example>\r\nTo: phish@acme.example\r\nSubject: Phish\r\n{FROM_INSIDE}\r\n"
            "Message-ID: <report-1@acme.example>\r\nMIME-Version: 1.0\r\n"
            'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nsee\r\n'
            "--b\r\nContent-Type: message/rfc822\r\n\r\n"
        ).encode()
        + reported
        + b"\r\n--b--\r\n"
    )
    return [*raws, report, *(mail(subject=f"After {number}", extra=proven("partner.example")) for number in range(3))]


def imported(raws, *, keep_dates=True):
    return list(import_all([Found(str(place), raw=raw) for place, raw in enumerate(raws)], keep_dates=keep_dates))


def snapshot(*, with_times: bool) -> dict[str, list]:
    """What is stored, without what differs by chance: keys, ids that follow from them, and times of now."""
    names = {row.pk: row.import_key for row in Message.objects.using("gateway").all()}
    skipped = {
        "_state",
        "id",
        "investigate_id",
        "postfix_id",
        "postfix_id_outbound",
        "message_id",
        "updated_at",
        "folded",
    }
    skipped |= set() if with_times else {"scanned_at", "first_seen", "last_seen", "proven_first", "first_sent"}
    skipped |= set() if with_times else {"last_sent", "last_week", "requested_at"}
    found: dict[str, list] = {}
    for model in (Message, Delivery, SenderHistory, NameHistory, Correspondence, RecipientHour, RawMail, Submission):
        rows = []
        for row in model.objects.using("gateway").all():
            values = {name: value for name, value in vars(row).items() if name not in skipped}
            values = {
                name: names.get(value, value) if name in {"report_id"} else value for name, value in values.items()
            }
            for name in ("file", "offset", "length") if model is RawMail else ():
                values.pop(name)
            if model is Delivery:
                values["message"] = names[row.message_id]
            rows.append(sorted((name, str(value)) for name, value in values.items()))
        found[model.__name__] = sorted(rows)
    details = {}
    for row in MessageDetail.objects.using("gateway").all():
        detail = Detail.unpacked(row.payload)
        detail.trace = [line[2].partition(": ")[2] for line in detail.trace]
        details[names[row.message_id]] = str(detail)
    found["detail"] = sorted(details.items())
    found["index"] = sorted((names[row.pk], row.subject) for row in MessageIndex.objects.using("gateway").all())
    found["trace"] = sorted(
        (names[row.message_id], _IDS.sub("", row.text)) for row in TraceLine.objects.using("gateway").all()
    )
    return found


@pytest.mark.parametrize("keep_dates", [True, False])
def test_batches_store_the_rows_that_one_by_one_would(monkeypatch, keep_dates):
    raws, kept = mailbox(), []
    for most in (1, 128):
        monkeypatch.setattr(reading_ahead, "MOST_MESSAGES", most)
        with transaction.atomic(using="gateway"):
            told = imported(raws, keep_dates=keep_dates)
            kept.append((snapshot(with_times=keep_dates), [(one.path, one.disposition, one.created) for one in told]))
            transaction.set_rollback(True, using="gateway")
        forget()
    (one_by_one, told_singly), (together, told_together) = kept
    assert told_together == told_singly
    for name, rows in one_by_one.items():
        assert together[name] == rows, name
    # The mailbox has what it is meant to have.
    text = str(one_by_one["detail"])
    for finding in ("history-known-sender", "history-new-address", "history-correspondent", "history-first-mail"):
        assert finding in text, finding
    assert ("history-flood" in text) is not keep_dates, "a flood is of this hour"
    dispositions = {path: disposition for path, disposition, _created in told_singly}
    assert (dispositions["46"], dispositions["47"]) == ("NONE", "SPAM"), "one answers our own people, one does not"
    assert len(one_by_one["Submission"]) == 1


def test_one_message_that_cannot_be_stored_harms_no_other():
    raws = [mail(subject="refused" if number == 5 else f"Lunch {number}") for number in range(12)]
    with connections["gateway"].cursor() as cursor:
        if connections["gateway"].vendor == "sqlite":
            cursor.execute(
                "CREATE TRIGGER refuses BEFORE INSERT ON gateway_message WHEN NEW.subject = 'refused' "
                "BEGIN SELECT RAISE(ABORT, 'refused'); END"
            )
        else:
            cursor.execute("ALTER TABLE gateway_message ADD CONSTRAINT refuses CHECK (subject <> 'refused')")
    told = imported(raws)
    assert [bool(one.error) for one in told] == [number == 5 for number in range(12)]
    rows = {row.subject: row for row in Message.objects.using("gateway").select_related("raw")}
    assert sorted(rows) == sorted(f"Lunch {number}" for number in range(12) if number != 5)
    assert {read_raw(row.raw) for row in rows.values()} == set(raws) - {raws[5]}
    assert SenderHistory.objects.using("gateway").get(key="ann@partner.example").messages == 11
    assert Delivery.objects.using("gateway").filter(status="delivered").count() == 11


def test_a_batch_is_one_pack_and_each_copy_lies_in_its_mailbox(mailboxes):
    raws = [mail(subject=f"Lunch {number}", to=f"P <p{number % 3}@acme.example>") for number in range(20)]
    raws.append(mail(body=GTUBE))
    told = imported([*raws, raws[0]])
    assert [one.created for one in told] == [True] * 21 + [False]
    assert told[21].id == told[0].id
    files = set(RawMail.objects.using("gateway").values_list("file", flat=True))
    assert len(files) == 1
    assert all(map(is_pack, files))
    copies = sorted(path.read_bytes() for path in mailboxes.glob("*/new/*"))
    assert copies == sorted(raws[:20])
    assert set(Message.objects.using("gateway").values_list("delivery_bits", "is_quarantined")) == {
        (1, False),
        (4, True),
    }


def test_bytes_that_are_kept_already_are_not_written_again():
    raw = mail()
    first = imported([raw])[0]
    Message.objects.using("gateway").update(import_key=None)
    again = imported([raw])[0]
    assert again.created
    assert again.id != first.id
    assert RawMail.objects.using("gateway").count() == 1
