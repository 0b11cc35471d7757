"""Mail to a report address becomes a User submission of what is attached."""

import base64
import io
import zipfile

import pytest

from api_client import NotFound
from gateway.importing.importer import import_all
from gateway.importing.sources import Found
from gateway.models import Submission
from gateway.rejudging.review import review_waiting
from gateway.store.raw_mail import read_raw
from tests.gateway.mail.compound_files import compound_file
from tests.gateway.mails import GTUBE, held, mail, stored
from tests.gateway.submissions.conftest import PROVEN, REPORTS, report

pytestmark = pytest.mark.usefixtures("own_domain")


def submissions():
    return list(Submission.objects.using("gateway").order_by("requested_at", "pk"))


def test_a_report_becomes_a_submission_of_the_message_that_is_attached(client):
    original = stored(subject="Your parcel")
    reporting = report(read_raw(original.raw))
    (row,) = client.submissions.list(type="USER").items
    assert (row.type, row.customer_status, row.subject) == ("User", "unreviewed", "Your parcel")
    assert (row.requested_by, row.requested_disposition) == ("bo@acme.example", "MALICIOUS")
    assert (row.original_postfix_id, row.original_disposition) == (original.postfix_id, "NONE")
    assert row.original_edf_hash == original.edf_hash
    assert row.requested_at == reporting.scanned_at
    (entry,) = client.investigate.action_log.list(original.investigate_id)
    assert (entry.operation, entry.properties.submission_type) == ("SUBMISSION", "User")
    assert entry.properties.submission_id == row.submission_id
    assert client.investigate.get(original.investigate_id).post_delivery_operations == ["SUBMISSION"]


def test_the_reporting_mail_is_found_among_submissions_and_nowhere_else(client, http):
    original = stored()
    reporting = report(read_raw(original.raw))
    (found,) = client.investigate.list(submissions=True).items
    assert (found.id, found.is_phish_submission, found.delivery_mode) == (
        reporting.investigate_id, True, "REVIEW_SUBMISSION",
    )  # fmt: skip
    assert [row.id for row in client.investigate.iterate(detections_only=False)] == [original.investigate_id]
    assert client.investigate.get(reporting.investigate_id, submission=True).subject == "Strange mail"
    with pytest.raises(NotFound):
        client.investigate.get(reporting.investigate_id)
    with pytest.raises(NotFound):
        client.investigate.get(original.investigate_id, submission=True)
    for part in ("detections", "trace", "raw"):
        path = f"/investigate/{reporting.investigate_id}/{part}"
        assert http.get(path, params={"submission": "true"}).status_code == 200
        assert http.get(path).status_code == 404
    trace = http.get(f"/investigate/{reporting.investigate_id}/trace", params={"submission": "true"}).json()["result"]
    assert any(original.investigate_id in line["message"] for line in trace["inbound"]["lines"])


def test_a_copy_with_other_line_ends_is_known_by_its_message_id():
    original = stored(message_id="<parcel@partner.example>")
    report(read_raw(original.raw).replace(b"\r\n", b"\n"))
    assert [row.message_id for row in submissions()] == [original.pk]


def test_a_message_saved_as_a_file_is_taken_out_of_it():
    original = stored()
    report(read_raw(original.raw), as_file=True)
    assert [row.message_id for row in submissions()] == [original.pk]


def zipped(raw):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("strange.eml", raw)
    return buffer.getvalue()


def saved_by_outlook(raw):
    head = raw.partition(b"\r\n\r\n")[0].decode()
    return compound_file(
        {
            "__properties_version1.0": b"\x00" * 32,
            "__substg1.0_007D001F": head.encode("utf-16-le"),
            "__substg1.0_1000001F": "See you at noon.".encode("utf-16-le"),
        }
    )


@pytest.mark.parametrize(
    ("kind", "name", "wrap"),
    [
        ("message/rfc822", "", bytes),
        ("message/global", "", bytes),
        ("text/plain", "mail.eml", bytes),
        ("application/octet-stream", "", bytes),
        ("application/vnd.ms-outlook", "mail.msg", saved_by_outlook),
        ("application/zip", "mail.zip", zipped),
    ],
)
def test_a_message_is_taken_out_however_it_was_attached(kind, name, wrap):
    original = stored()
    named = f'Content-Disposition: attachment; filename="{name}"\r\n' if name else ""
    head = f"{PROVEN}From: Bo <bo@acme.example>\r\nTo: {REPORTS}\r\n"
    head += f"MIME-Version: 1.0\r\nMessage-ID: <{kind}@acme.example>\r\n"
    head += 'Content-Type: multipart/mixed; boundary="edge"\r\n\r\n--edge\r\nContent-Type: text/plain\r\n\r\nSee.\r\n'
    head += f"--edge\r\nContent-Type: {kind}\r\n{named}Content-Transfer-Encoding: base64\r\n\r\n"
    content = base64.encodebytes(wrap(read_raw(original.raw)))
    stored(head.encode() + content + b"--edge--\r\n", recipients=(REPORTS,), mail_from="bo@acme.example")
    assert [row.message_id for row in submissions()] == [original.pk]


def test_of_several_copies_the_newest_that_the_reporter_got_is_meant():
    raw = mail()
    stored(raw, recipients=("bo@acme.example",))
    mine = stored(raw, recipients=("BO@acme.example", "jo@acme.example"))
    stored(raw, recipients=("jo@acme.example",))
    report(raw)
    assert [row.message_id for row in submissions()] == [mine.pk]


def test_a_message_that_is_not_stored_is_kept_with_the_submission(client):
    raw = mail(subject="Before our time")
    report(raw)
    (row,) = submissions()
    assert (row.message, read_raw(row.eml)) == (None, raw)
    (shown,) = client.submissions.list().items
    assert (shown.subject, shown.original_postfix_id, shown.original_disposition) == ("Before our time", None, None)


def test_each_attached_message_is_a_submission_of_its_own():
    first, second = stored(), stored()
    report(read_raw(first.raw), read_raw(second.raw), read_raw(first.raw))
    assert {row.message_id for row in submissions()} == {first.pk, second.pk}
    assert len(submissions()) == 2


def test_a_report_is_delivered_whatever_is_in_it():
    original = held()
    reporting = report(read_raw(original.raw), subject=GTUBE)
    reporting.refresh_from_db()
    assert (reporting.final_disposition, reporting.is_quarantined) == ("SPAM", False)


@pytest.mark.parametrize(
    ("sender", "to"),
    [
        ("Eve <eve@elsewhere.example>", (REPORTS,)),
        ("Bo <bo@acme.example>", (REPORTS, "jo@acme.example")),
        ("Bo <bo@acme.example>", ("jo@acme.example",)),
        ("Bo <bo@acme.example>", ("report-phish@partner.example",)),
    ],
    ids=["from outside", "also to others", "not to us", "not ours"],
)
def test_other_mail_is_ordinary_and_held_when_it_has_to_be(sender, to):
    message = report(read_raw(stored().raw), sender=sender, to=to, subject=GTUBE)
    assert submissions() == []
    assert (message.is_phish_submission, message.is_quarantined, message.delivery_mode) == (False, True, "DIRECT")


def test_a_report_without_a_message_is_an_invalid_submission_and_ordinary_mail(client, http):
    message = report(subject=GTUBE)
    (row,) = client.submissions.list().items
    assert (row.type, row.status, row.customer_status) == ("User", "invalid", "unreviewed")
    assert (row.outcome, row.original_postfix_id) == ("no message is attached", None)
    assert (row.requested_by, row.subject) == ("bo@acme.example", GTUBE)
    assert (message.is_phish_submission, message.is_quarantined, message.delivery_mode) == (False, True, "DIRECT")
    trace = http.get(f"/investigate/{message.investigate_id}/trace").json()["result"]
    assert any(
        "not usable as a report: no message is attached" in line["message"] for line in trace["inbound"]["lines"]
    )
    assert review_waiting() == 0
    report(subject="from nobody proven", proof="")
    assert len(client.submissions.list().items) == 1


FAILED = "Authentication-Results: mx.acme.example; dmarc=fail header.from=acme.example\r\n"
OTHERS = "Authentication-Results: mx.acme.example; dmarc=none; spf=pass smtp.mailfrom=elsewhere.example\r\n"
FORGED = "Authentication-Results: mx.elsewhere.example; dmarc=pass header.from=acme.example\r\n"
RELAYED = "Received: from mail.elsewhere.example (mail.elsewhere.example [203.0.113.7]) by mx.acme.example; " + (
    "Sun, 1 Mar 2026 09:30:00 +0000\r\n"
)


@pytest.mark.parametrize("proof", ["", FAILED, OTHERS, FORGED], ids=["none", "failed", "another domain", "no server"])
def test_who_only_writes_an_own_address_into_from_reports_nothing(http, proof):
    original = stored()
    message = report(read_raw(original.raw), proof=proof, subject=GTUBE)
    assert submissions() == []
    assert (message.is_phish_submission, message.is_quarantined) == (False, True)
    trace = http.get(f"/investigate/{message.investigate_id}/trace").json()["result"]
    assert any("not counted as a report" in line["message"] for line in trace["inbound"]["lines"])


@pytest.mark.parametrize(("received", "counts"), [("", True), (RELAYED, False)], ids=["from inside", "from outside"])
def test_what_an_own_server_hands_over_counts_when_it_came_from_inside(received, counts):
    original = stored()
    report(read_raw(original.raw), proof=received, client_ip="", from_own_peer=True)
    assert len(submissions()) == int(counts)


def test_the_operator_names_other_addresses(settings):
    settings.GATEWAY_REPORT_ADDRESSES = ["Phish@acme.example"]
    original = stored()
    report(read_raw(original.raw))
    assert submissions() == []
    report(read_raw(original.raw), to=("phish@ACME.example",))
    assert [row.message_id for row in submissions()] == [original.pk]


@pytest.mark.parametrize(
    ("received", "counts"),
    [
        ("", True),
        (
            "Received: from mail.stranger.test (192.0.2.9) by mx.acme.example; Fri, 27 Nov 2026 10:00:00 +0000\r\n",
            False,
        ),
    ],
    ids=["from within", "from outside"],
)
def test_what_the_operator_imports_is_a_report_unless_it_came_from_outside(received, counts):
    original = stored()
    reporting = read_raw(report(read_raw(original.raw)).raw).replace(PROVEN.encode(), received.encode())
    Submission.objects.using("gateway").all().delete()
    list(import_all([Found("report.eml", raw=reporting)], keep_dates=False))
    assert len(submissions()) == counts


def test_a_report_that_is_imported_twice_is_one():
    original = stored()
    reporting = read_raw(report(read_raw(original.raw)).raw)
    Submission.objects.using("gateway").all().delete()
    for _ in range(2):
        list(import_all([Found("report.eml", raw=reporting)], keep_dates=False))
    assert len(submissions()) == 1
