"""Reports by the buttons of mail programs: each attaches the original in its own way, under a subject of its own."""

import base64
from dataclasses import dataclass

import pytest

from gateway.models import Submission
from gateway.store.raw_mail import read_raw
from tests.gateway.mail.compound_files import compound_file
from tests.gateway.mails import mail, stored
from tests.gateway.submissions.conftest import PROVEN, REPORTS, report

pytestmark = pytest.mark.usefixtures("own_domain")


@dataclass(frozen=True)
class Button:
    """How a button attaches the original: subject of the report, type, file name and transfer encoding."""

    subject: str
    kind: str
    name: str
    encoded: bool = False
    asked: str = "MALICIOUS"


BUTTONS = {
    "Outlook, phishing": Button("3|7d2c0c|192.0.2.7|ann@partner.example|(Lunch)", "message/rfc822", "Lunch.eml"),
    "Outlook, phishing in words": Button("Phishing: Lunch", "application/octet-stream", "Lunch.eml", True),
    "Outlook, junk": Button("1|7d2c0c|192.0.2.7|ann@partner.example|(Lunch)", "message/rfc822", "", False, "SPAM"),
    "Outlook, not junk": Button("Not junk: Lunch", "message/rfc822", "", False, "NONE"),
    "Gmail, as an attachment": Button("Fwd: Lunch", "message/rfc822", "Lunch on Friday.eml"),
    "a product's alert": Button("[Phish Alert] FW: Lunch", "message/rfc822", "phish_alert_sp2_2.0.0.0.eml"),
    "a product's alert as bytes": Button("[Phish Alert]", "application/octet-stream", "phish_alert_iocp.eml", True),
    "a product's reporter": Button("Potential Phish: Lunch", "message/global", "original_message"),
}


def by_button(button, original):
    name = f'Content-Disposition: attachment; filename="{button.name}"\r\n' if button.name else ""
    encoding = "Content-Transfer-Encoding: base64\r\n" if button.encoded else ""
    head = f"{PROVEN}From: Bo <bo@acme.example>\r\nTo: {REPORTS}\r\nSubject: {button.subject}\r\nMIME-Version: 1.0\r\n"
    head += 'Content-Type: multipart/mixed; boundary="edge"\r\n\r\n--edge\r\nContent-Type: text/html\r\n\r\n<p></p>\r\n'
    head += f"--edge\r\nContent-Type: {button.kind}\r\n{name}{encoding}\r\n"
    content = base64.encodebytes(original) if button.encoded else original
    return stored(head.encode() + content + b"\r\n--edge--\r\n", recipients=(REPORTS,), mail_from="bo@acme.example")


@pytest.mark.parametrize("button", BUTTONS.values(), ids=BUTTONS)
def test_the_original_is_reported_as_what_the_button_says(button):
    original = stored()
    by_button(button, read_raw(original.raw))
    (row,) = Submission.objects.using("gateway").all()
    assert (row.message_id, row.requested_disposition, row.status) == (original.pk, button.asked, "submitted")


def test_a_message_that_outlook_saved_without_its_header_is_known_by_its_message_id():
    original = stored(message_id="<kept@partner.example>")
    saved = compound_file(
        {
            "__properties_version1.0": b"\x00" * 32,
            "__substg1.0_0037001F": "Lunch on Friday".encode("utf-16-le"),
            "__substg1.0_1035001F": "<kept@partner.example>".encode("utf-16-le"),
            "__substg1.0_1000001F": "See you at noon.".encode("utf-16-le"),
        }
    )
    by_button(Button("FW: Lunch", "application/vnd.ms-outlook", "Lunch.msg", True), saved)
    (row,) = Submission.objects.using("gateway").all()
    assert row.message_id == original.pk


def test_of_more_than_ten_the_rest_is_said_to_be_left_out():
    report(*(mail() for _count in range(12)))
    rows = Submission.objects.using("gateway")
    assert rows.exclude(status="invalid").count() == 10
    (left_out,) = rows.filter(status="invalid")
    assert left_out.outcome == "more than 10 messages at once: the rest was not looked at"


def test_a_damaged_file_is_said_to_be_unreadable():
    by_button(
        Button("FW: Lunch", "application/vnd.ms-outlook", "Lunch.msg", True), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 no"
    )
    (row,) = Submission.objects.using("gateway").all()
    assert (row.status, row.outcome) == ("invalid", "the attached message could not be read")
