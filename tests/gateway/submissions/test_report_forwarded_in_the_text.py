"""A report that forwards a message within its text is matched to what the reporter received, and never by a guess."""

from datetime import UTC, datetime
from email.header import Header
from email.utils import format_datetime

import pytest

from gateway.models import Submission
from tests.gateway.mails import mail, stored
from tests.gateway.submissions.conftest import PROVEN, REPORTS
from tests.gateway.submissions.mail_programs import PROGRAMS, Original, gmail_english, outlook_english

pytestmark = pytest.mark.usefixtures("own_domain")
ELSEWHERE = {"subject": "Something else", "sender": "Joe <joe@other.example>"}


def forward(subject, text, *, extra="", html=False, proof=PROVEN, mail_from="bo@acme.example"):
    kind = "html" if html else "plain"
    head = (
        f"{proof}From: Bo <bo@acme.example>\r\nTo: {REPORTS}\r\nSubject: {Header(subject, 'utf-8').encode()}\r\n{extra}"
    )
    head += f"MIME-Version: 1.0\r\nContent-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    return stored(head.encode() + text.encode(), recipients=(REPORTS,), mail_from=mail_from)


def only():
    (row,) = Submission.objects.using("gateway").all()
    return row


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_the_original_is_found_by_what_each_mail_program_quotes(program):
    original = stored()
    stored(mail(**ELSEWHERE))
    reporting = forward(*program(Original()))
    assert only().message_id == original.pk
    assert (reporting.is_phish_submission, reporting.delivery_mode) == (True, "REVIEW_SUBMISSION")


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_and_as_html_alone(program):
    original = stored(subject="Rechnung & Zahlung <eilig>")
    subject, text = program(Original(subject="Rechnung & Zahlung <eilig>"))
    lines = "<br>\r\n".join(line.replace("&", "&amp;").replace("<", "&lt;") for line in text.split("\r\n"))
    forward(subject, f"<html><body><div>{lines}</div></body></html>", html=True)
    assert only().message_id == original.pk


def test_thunderbirds_table_is_read():
    original = stored()
    rows = "".join(
        f"<tr><th>{label}: </th><td>{value}</td></tr>"
        for label, value in (
            ("Betreff", "Lunch on Friday"),
            ("Datum", "Sun, 1 Mar 2026 10:30:00 +0100"),
            ("Von", "Ann Reed &lt;ann@partner.example&gt;"),
            ("An", "Bo Lund &lt;bo@acme.example&gt;"),
        )
    )
    forward(
        "Fwd: Lunch on Friday",
        f"<div>-------- Weitergeleitete Nachricht --------</div><table>{rows}</table>",
        html=True,
    )
    assert only().message_id == original.pk


@pytest.mark.parametrize("field", ["In-Reply-To: {}\r\n", "References: <first@partner.example> {}\r\n"])
def test_the_message_that_the_forward_refers_to_is_meant_in_any_language(field):
    stored(mail())
    original = stored(message_id="<two@partner.example>")
    forward("Fwd: Lunch", "Что это?\r\n", extra=field.format("<two@partner.example>"))
    assert only().message_id == original.pk


def test_a_forward_that_names_one_message_and_quotes_another_is_invalid():
    stored(message_id="<two@partner.example>")
    subject, text = gmail_english(Original(address="eve@elsewhere.example"))
    forward(subject, text, extra="In-Reply-To: <two@partner.example>\r\n")
    assert (only().status, only().outcome) == ("invalid", "the forward quotes another sender than the message it names")


def test_pasted_message_ids_are_reports_of_their_own():
    first, second = stored(message_id="<one@partner.example>"), stored(message_id="<two@partner.example>")
    text = "Received: from x\r\nMessage-ID: <one@partner.example>\r\n\r\nmessage-id:  <two@partner.example>\r\n"
    text += "Message-ID: <never-seen@partner.example>\r\n"
    forward("two of them", text)
    rows = list(Submission.objects.using("gateway").order_by("pk"))
    assert {row.message_id for row in rows} == {first.pk, second.pk, None}
    assert [row.outcome for row in rows if row.status == "invalid"] == [
        "the forwarded message is not among the reporter's mail"
    ]


def test_what_others_received_is_not_found():
    stored(recipients=("jo@acme.example",), message_id="<two@partner.example>")
    forward(*gmail_english(Original()))
    assert (only().status, only().message) == ("invalid", None)
    assert only().outcome == "the forwarded message is not among the reporter's mail"
    Submission.objects.using("gateway").all().delete()
    forward("Fwd: x", "See.\r\n", extra="In-Reply-To: <two@partner.example>\r\n")
    assert only().outcome == "the forwarded message is not among the reporter's mail"


def at(hour, minute):
    moment = format_datetime(datetime(2026, 3, 1, hour, minute, tzinfo=UTC))
    return mail().replace(b"Date: Sun, 01 Mar 2026 09:30:00 +0000", f"Date: {moment}".encode())


def test_of_several_the_one_of_the_quoted_minute_is_meant():
    stored(at(9, 12), scanned_at=datetime(2026, 3, 1, 9, 13, tzinfo=UTC))
    original = stored(at(9, 30), scanned_at=datetime(2026, 3, 1, 9, 31, tzinfo=UTC))
    forward(*outlook_english(Original()))
    assert only().message_id == original.pk


def test_several_that_fit_are_ambiguous_and_none_is_taken():
    for hour in (8, 9):
        stored(at(hour, 30), scanned_at=datetime(2026, 3, 1, hour, 31, tzinfo=UTC))
    reporting = forward(*outlook_english(Original()))
    assert (only().status, only().outcome) == ("invalid", "several messages fit what was forwarded")
    assert not reporting.is_phish_submission


def test_the_same_bytes_twice_are_one_message():
    raw = mail()
    stored(raw)
    newest = stored(raw)
    forward(*gmail_english(Original()))
    assert only().message_id == newest.pk


@pytest.mark.parametrize(
    "original",
    [Original(subject="Dinner"), Original(address="eve@elsewhere.example")],
    ids=["another subject", "another sender"],
)
def test_another_message_is_not_taken_for_it(original):
    stored()
    forward(*gmail_english(original))
    assert only().status == "invalid"


def test_a_message_of_another_time_is_not_taken_for_it():
    stored(at(9, 30), scanned_at=datetime(2026, 3, 1, 9, 31, tzinfo=UTC))
    subject, text = gmail_english(Original())
    forward(subject, text.replace("Mar 1", "Feb 22"))
    assert only().status == "invalid"


def test_an_answer_to_mail_of_the_team_is_no_report_of_it():
    stored(mail(sender=f"Security <{REPORTS}>", message_id="<answer@acme.example>"))
    forward("Re: thanks", "Thank you!\r\n", extra="In-Reply-To: <answer@acme.example>\r\n")
    assert (only().status, only().message) == ("invalid", None)


@pytest.mark.parametrize(
    ("extra", "mail_from"),
    [
        ("Auto-Submitted: auto-replied\r\n", "bo@acme.example"),
        ("Precedence: bulk\r\n", "bo@acme.example"),
        ("List-Id: <all.acme.example>\r\n", "bo@acme.example"),
        ("", ""),
    ],
    ids=["away", "bulk", "list", "bounce"],
)
def test_automatic_mail_reports_nothing_and_nobody_hears_of_it(http, extra, mail_from):
    original = stored()
    subject, text = gmail_english(Original())
    message = forward(subject, text, extra=extra, mail_from=mail_from)
    assert not Submission.objects.using("gateway").exists()
    trace = http.get(f"/investigate/{message.investigate_id}/trace").json()["result"]
    assert any("a program or a list sent it" in line["message"] for line in trace["inbound"]["lines"])
    assert original.pk


def test_a_stranger_who_writes_an_own_address_forwards_nothing():
    stored()
    forward(*gmail_english(Original()), proof="")
    assert not Submission.objects.using("gateway").exists()


def test_a_long_hostile_text_is_read_in_time():
    stored()
    text = ("From:" + "a@" * 400 + "\r\n" + "Subject: " + "Re: " * 400 + "\r\n") * 2_000
    forward("Fwd: Lunch on Friday", text)
    assert only().status == "invalid"


def test_a_long_subject_that_the_mail_program_wrapped_is_put_together():
    long = "Invoice 4471 for the works in the second quarter is overdue since the beginning of last month, please pay"
    original = stored(subject=long)
    subject, text = gmail_english(Original(subject=long.replace(" last", "\r\nlast")))
    forward(subject.replace("\r\n", " "), text)
    assert only().message_id == original.pk


def test_messages_that_came_with_the_forwarded_one_are_not_what_is_reported():
    inner = mail(subject="The invoice itself")
    body = (
        b"--edge\r\nContent-Type: text/plain\r\n\r\nSee it.\r\n--edge\r\nContent-Type: message/rfc822\r\n\r\n" + inner
    )
    head, _, _text = mail().partition(b"Content-Type: text/plain")
    original = stored(head + b'Content-Type: multipart/mixed; boundary="edge"\r\n\r\n' + body + b"\r\n--edge--\r\n")
    subject, text = gmail_english(Original())

    def with_file(attached):
        top = f"{PROVEN}From: Bo <bo@acme.example>\r\nTo: {REPORTS}\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n"
        top += 'Content-Type: multipart/mixed; boundary="edge"\r\n\r\n--edge\r\n'
        top += (
            f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n--edge\r\nContent-Type: message/rfc822\r\n\r\n"
        )
        raw = top.encode() + attached + b"\r\n--edge--\r\n"
        return stored(raw, recipients=(REPORTS,), mail_from="bo@acme.example")

    with_file(inner)
    assert only().message_id == original.pk
    Submission.objects.using("gateway").all().delete()
    with_file(mail(subject="Another one"))
    assert only().subject == "Another one"
