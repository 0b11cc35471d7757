"""What EHLO offers is kept: PIPELINING, SIZE, 8BITMIME, SMTPUTF8, enhanced status codes on every reply."""

import re
import smtplib
import ssl

import pytest

from gateway.intake.notifications import take_out
from gateway.intake.replies import with_code
from gateway.mail.notification_request import RecipientRequest
from gateway.models import Message, NotificationRequest
from tests.gateway.intake.talking import Talk, hand_in
from tests.gateway.intake.test_certificate_reload import files  # noqa: F401 - a fixture
from tests.gateway.mails import mail

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "gateway"])


def test_ehlo_offers_what_the_intake_can(intake, settings):
    lines = Talk(intake).lines("EHLO x.example")
    assert {line[4:] for line in lines[1:]} == {
        f"SIZE {settings.GATEWAY_MAX_MESSAGE_BYTES}", "8BITMIME", "SMTPUTF8", "PIPELINING", "ENHANCEDSTATUSCODES",
        "HELP", "DSN",
    }  # fmt: skip
    assert [line[3] for line in lines] == ["-"] * (len(lines) - 1) + [" "]


def test_nobody_is_asked_for_a_password_even_over_tls(files, intake):  # noqa: F811
    context = ssl.create_default_context(cafile=str(files[0]))
    with smtplib.SMTP("127.0.0.1", intake, timeout=20) as smtp:
        smtp.ehlo()
        assert smtp.has_extn("starttls")
        smtp.starttls(context=context)
        smtp.ehlo()
        assert smtp.has_extn("pipelining")
        assert not smtp.has_extn("auth")
        assert not smtp.has_extn("starttls")


COMMANDS = (
    "NOOP", "RSET", "HELP", "HELP MAIL", "HELP X", "VRFY", "VRFY <bo@acme.example>", "VRFY \udcff", "EXPN x", "FOO",
    "QUIT now", "MAIL", "MAIL FROM:<a@x.example> SIZE=x", "MAIL FROM:<a@x.example> SIZE=99999999999",
    "MAIL FROM:<a@x.example> BODY=9", "MAIL FROM:<a@x.example> FOO=1", "MAIL FROM:<a@x.example> RET=NONE",
    "MAIL FROM:nonsense@@", "RCPT TO:<bo@acme.example>", "DATA", "STARTTLS", "AUTH PLAIN x", "MAIL FROM:<a@x.example>",
    "MAIL FROM:<a@x.example>", "RCPT TO:<bo@other.example>", "RCPT TO:<bo@acme.example> FOO=1",
    "RCPT TO:<bo@acme.example> NOTIFY=SOMETIMES", "RCPT TO:<bo@acme.example>", "DATA x", "x" * 600, "QUIT",
)  # fmt: skip


def test_every_reply_has_an_enhanced_status_code(intake):
    talk = Talk(intake)
    assert re.match(rb"220 [^ ]+ Gatehouse", talk.greeting)
    assert talk.lines("MAIL FROM:<a@x.example>")[0].startswith("503 5.5.1 ")
    assert re.match(r"250 [^ \d]", talk.lines("HELO x.example")[0])
    talk.lines("EHLO x.example")
    for command in COMMANDS:
        talk.socket.sendall(command.encode("utf-8", "surrogateescape") + b"\r\n")
        reply = talk.stream.readline().decode()
        assert re.match(r"([245])\d\d[ -]\1\.\d{1,3}\.\d{1,3} ", reply), (command, reply)


def test_a_message_that_announces_to_be_too_large_is_refused_before_it_is_sent(intake, settings):
    talk = Talk(intake, "EHLO x.example")
    assert talk.say(f"MAIL FROM:<a@x.example> SIZE={settings.GATEWAY_MAX_MESSAGE_BYTES + 1}").startswith("552 5.3.4 ")


def test_a_whole_message_may_be_sent_in_two_pieces(intake):
    talk = Talk(intake, "EHLO x.example")
    talk.socket.sendall(
        b"MAIL FROM:<a@x.example> BODY=8BITMIME\r\nRCPT TO:<bo@acme.example>\r\nRCPT TO:<bo@other.example>\r\nDATA\r\n"
    )
    assert [talk.stream.readline()[:3] for _ in range(4)] == [b"250", b"250", b"550", b"354"]
    again = b"MAIL FROM:<b@x.example>\r\nRCPT TO:<cy@acme.example>\r\nDATA\r\n"
    talk.socket.sendall(mail() + b".\r\n" + again)
    assert [talk.stream.readline()[:3] for _ in range(4)] == [b"250", b"250", b"250", b"354"]
    talk.socket.sendall(mail() + b".\r\nQUIT\r\n")
    assert [talk.stream.readline()[:3] for _ in range(2)] == [b"250", b"221"]
    assert Message.objects.using("gateway").count() == 2


def test_a_request_for_notifications_is_taken_as_rfc_3461_has_it(intake):
    talk = Talk(intake, "EHLO x.example")
    assert talk.say("MAIL FROM:<a@x.example> RET=HDRS ENVID=Ab+2BC SIZE=100").startswith("250")
    longest = "o" * 480
    assert talk.say(f"RCPT TO:<bo@acme.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;{longest}").startswith("250")
    assert talk.say("RCPT TO:<cy@acme.example> NOTIFY=NEVER,SUCCESS")[0] == "5"
    assert talk.say("RCPT TO:<cy@acme.example> ENVID=x")[0] == "5"


def test_what_was_asked_is_kept_with_the_message_and_each_recipient(intake):
    talk = Talk(intake, "EHLO x.example", "MAIL FROM:<a@x.example> RET=hdrs ENVID=Ab+2BC")
    assert talk.say("RCPT TO:<bo@acme.example> NOTIFY=success,DELAY ORCPT=rfc822;Old@x.example").startswith("250")
    assert talk.say("RCPT TO:<nobody@other.example> NOTIFY=NEVER").startswith("550")
    for command in ("RCPT TO:<cy@acme.example>", "RCPT TO:<bo@acme.example> NOTIFY=NEVER", "DATA"):
        assert talk.say(command)[0] in "23"
    talk.socket.sendall(mail() + b".\r\n")
    assert talk.stream.readline().startswith(b"250")
    asked = NotificationRequest.objects.using("gateway").get().asked
    assert (asked.ret, asked.envid) == ("HDRS", "Ab+2BC")
    assert asked.of("bo@acme.example") == RecipientRequest("SUCCESS,DELAY", "rfc822;Old@x.example")
    assert asked.of("cy@acme.example") == RecipientRequest()
    assert hand_in(talk).startswith("250")
    assert NotificationRequest.objects.using("gateway").count() == 1, "the next transaction asks for nothing"


@pytest.mark.parametrize(
    ("hello", "options", "encrypts", "name"),
    [
        ("HELO", "", False, "SMTP"),
        ("EHLO", "", False, "ESMTP"),
        ("EHLO", " SMTPUTF8", False, "UTF8SMTP"),
        ("EHLO", "", True, "ESMTPS"),
        ("EHLO", " SMTPUTF8", True, "UTF8SMTPS"),
    ],
)
def test_the_protocol_is_kept_as_the_trace_field_names_it(files, intake, hello, options, encrypts, name):  # noqa: F811
    with smtplib.SMTP("127.0.0.1", intake, timeout=20) as smtp:
        if encrypts:
            smtp.starttls(context=ssl.create_default_context(cafile=str(files[0])))
        smtp.docmd(hello, "x.example")
        smtp.docmd(f"MAIL FROM:<a@x.example>{options}")
        smtp.docmd("RCPT TO:<bo@acme.example>")
        assert smtp.data(mail())[0] == 250
    assert Message.objects.using("gateway").get().received_with == name


def test_parameters_keep_their_case_and_stand_once():
    assert take_out(" SIZE=1 ENVID=Ab RET=full", of_sender=True) == ("SIZE=1", ("ENVID=Ab", "RET=full"))
    assert take_out("RET=FULL RET=HDRS", of_sender=True) == ("RET=HDRS", ("RET=FULL",))
    assert take_out("NOTIFY=NEVER", of_sender=True) == ("NOTIFY=NEVER", ())


def test_a_code_is_added_once():
    assert with_code("250 OK") == "250 2.0.0 OK"
    assert with_code("250 2.1.5 OK") == "250 2.1.5 OK"
    assert with_code("354 go on") == "354 go on"
    assert with_code("500 Error: command not recognized") == "500 5.5.1 Error: command not recognized"
