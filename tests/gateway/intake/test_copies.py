"""Journal reports and blind copies: unwrapped from own servers, delivered by nobody again, and never lost."""

from ipaddress import ip_network

import pytest

from gateway.detect import Envelope
from gateway.intake.wrapped import NOT_READ, unwrapped
from gateway.models import Delivery, Message
from gateway.store.message_detail import Detail
from gateway.store.raw_mail import read_raw
from tests.gateway.mails import GTUBE, mail
from tests.gateway.policy_rows import protect
from tests.gateway.test_intake import send

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "gateway"])

JOURNAL, ALL = "journal@acme.example", "all@acme.example"
NAMED = {"GATEWAY_JOURNAL_ADDRESSES": [JOURNAL], "GATEWAY_BCC_ADDRESSES": [ALL]}
OURS = NAMED | {"GATEWAY_RELAY_NETWORKS": (ip_network("127.0.0.0/8"),)}
ours = pytest.mark.parametrize("intake", [OURS], indirect=True)
REPORT = (
    "Sender: ann@partner.example\r\nSubject: Recipient: nobody@acme.example\r\nMessage-Id: <1@partner.example>\r\n"
    "Recipient: bo@acme.example\r\nTo: cy@acme.example, Expanded: team@acme.example\r\nBcc: <di@acme.example>\r\n"
)
INNER = mail(subject="inner").removesuffix(b"\r\n") + b"\r\n.dots\r\n--not-it\r\nend"


def journal(report=REPORT, inner=INNER, kind="message/rfc822", boundary="b1"):
    """Return a journal report as Exchange sends it."""
    head = (
        "From: <postmaster@acme.example>\r\nTo: <journal@acme.example>\r\nSubject: inner\r\nX-MS-Journal-Report:\r\n"
        f'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="{boundary}"\r\n\r\n'
        f"--{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{report}\r\n"
        f"--{boundary}\r\nContent-Type: {kind}\r\n\r\n"
    )
    return head.encode() + inner + f"\r\n--{boundary}--\r\n".encode()


def row():
    return Message.objects.using("gateway").select_related("raw", "detail").get()


def folders(mailboxes):
    return sorted(one.name for one in mailboxes.rglob("*@*")) if mailboxes.exists() else []


@ours
def test_a_journal_report_is_stored_as_the_message_that_it_holds(intake, mailboxes):
    assert send(intake, journal(), recipients=(JOURNAL,), sender="") == {}
    found = row()
    assert read_raw(found.raw) == INNER
    assert (found.subject, found.envelope_from, found.delivery_mode) == ("inner", "ann@partner.example", "JOURNAL")
    assert found.client_recipients == ["bo@acme.example", "cy@acme.example", "di@acme.example"]
    copies = Delivery.objects.using("gateway").filter(message=found)
    assert {copy.status for copy in copies} == {"delivered"}
    assert (found.delivery_bits, found.is_quarantined) == (1, False)
    assert folders(mailboxes) == []


@ours
def test_a_blind_copy_is_stored_as_it_is_and_for_whom_its_fields_name(intake, mailboxes):
    raw = (
        b"From: ann@partner.example\r\nTo: Bo <bo@acme.example>, all@acme.example\r\nCc: cy@acme.example\r\n"
        b"Subject: copy\r\nMessage-ID: <2@partner.example>\r\n\r\nhello\r\n"
    )
    assert send(intake, raw, recipients=(ALL,)) == {}
    found = row()
    assert (read_raw(found.raw), found.delivery_mode) == (raw, "BCC")
    assert found.client_recipients == ["bo@acme.example", "cy@acme.example"]
    assert folders(mailboxes) == []


@ours
@pytest.mark.parametrize(
    "raw",
    [
        mail(),
        journal(report="Subject: no sender\r\nRecipient: bo@acme.example\r\n"),
        journal(report="Sender: ann@partner.example\r\n"),
        journal(report=REPORT + "Recipient: not-an-address\r\n"),
        journal(report=REPORT + "".join(f"Recipient: p{n}@acme.example\r\n" for n in range(1001))),
        journal(kind="application/octet-stream"),
        journal(inner=b""),
        journal().replace(b"--b1--", b"--b1\r\nContent-Type: message/rfc822\r\n\r\nSubject: second\r\n\r\nx\r\n--b1--"),
    ],
    ids=["no report", "no sender", "no recipient", "no address", "too many", "no message", "empty", "two messages"],
)
def test_a_wrapper_that_can_not_be_read_is_stored_whole_as_ordinary_mail(intake, raw):
    assert send(intake, raw, recipients=(JOURNAL,)) == {}
    found = row()
    assert (read_raw(found.raw), found.delivery_mode) == (raw, "DIRECT")
    assert found.client_recipients == [JOURNAL]
    assert NOT_READ in Detail.unpacked(found.detail.payload).defects


@pytest.mark.parametrize("intake", [NAMED], indirect=True)
@pytest.mark.parametrize("address", [JOURNAL, ALL])
def test_a_copy_of_somebody_elses_is_ordinary_mail(intake, address):
    raw = journal()
    assert send(intake, raw, recipients=(address,)) == {}
    assert (read_raw(row().raw), row().delivery_mode) == (raw, "DIRECT")


@ours
def test_a_copy_that_goes_to_others_too_is_ordinary_mail(intake):
    send(intake, journal(), recipients=(JOURNAL, "bo@acme.example"))
    assert row().delivery_mode == "DIRECT"


@ours
def test_a_threat_in_a_journal_is_judged_and_not_held(intake):
    protect("acme.example")
    inner = mail(body=GTUBE)
    send(intake, inner)
    assert row().is_quarantined, "as ordinary mail it is held"
    Message.objects.using("gateway").all().delete()
    send(intake, journal(inner=inner), recipients=(JOURNAL,))
    assert (row().final_disposition, row().is_quarantined, row().delivery_bits) == ("SPAM", False, 1)


def test_lines_of_a_report_are_read_in_linear_time():
    hostile = REPORT + "To: a@b" + "," * 100_000 + "\r\n" + "To:" + " " * 100_000 + "\r\n"
    envelope = Envelope(recipients=("x@acme.example",), from_own_peer=True)
    assert unwrapped(journal(report=hostile), envelope) is not None
