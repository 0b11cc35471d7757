"""LMTP: LHLO alone greets, and each recipient has its reply after the message."""

import smtplib

import pytest

from gateway.models import Message
from gateway.store.raw_mail import read_raw
from tests.gateway.intake.talking import Talk
from tests.gateway.mails import mail
from tests.stack.running import free_port

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "gateway"])


@pytest.fixture
def lmtp(settings):
    """The port of LMTP. It has to stand before `intake`, which opens it."""
    settings.LMTP_PORT = free_port()
    return settings.LMTP_PORT


def test_a_client_hands_in_a_message(lmtp, intake):
    raw = mail()
    with smtplib.LMTP("127.0.0.1", lmtp) as client:
        assert client.sendmail("ann@partner.example", ["bo@acme.example"], raw) == {}
    row = Message.objects.using("gateway").get()
    assert (row.client_recipients, read_raw(row.raw)) == (["bo@acme.example"], raw)


def test_each_accepted_recipient_has_a_reply_in_the_end(lmtp, intake):
    talk = Talk(lmtp, "LHLO x.example", "MAIL FROM:<a@x.example>")
    names = ("bo@acme.example", "BO@acme.example", "no@other.example", "cy@acme.example")
    assert [talk.say(f"RCPT TO:<{name}>")[:3] for name in names] == ["250", "250", "550", "250"]
    assert talk.say("DATA").startswith("354")
    talk.socket.sendall(mail() + b".\r\nNOOP\r\n")
    replies = [talk.stream.readline().decode() for _ in range(4)]
    assert all(reply.startswith("250 2.0.0 OK: stored as") for reply in replies[:3]), replies
    assert replies[3].startswith("250 2.0.0 OK\r")


def test_each_recipient_hears_that_nothing_was_stored(lmtp, intake, store):
    (store / "raw").write_text("a file where the folder should be")
    talk = Talk(
        lmtp, "LHLO x.example", "MAIL FROM:<a@x.example>", "RCPT TO:<a@acme.example>", "RCPT TO:<b@acme.example>"
    )
    talk.say("DATA")
    talk.socket.sendall(mail() + b".\r\n")
    assert [talk.stream.readline()[:3] for _ in range(2)] == [b"451", b"451"]


@pytest.mark.parametrize("command", ["EHLO x.example", "HELO x.example"])
def test_the_greetings_of_smtp_are_refused(lmtp, intake, command):
    talk = Talk(lmtp)
    assert talk.say(command).startswith("500")
    assert talk.say("DATA").startswith("503")
    assert Talk(intake).say("LHLO x.example").startswith("500")


def test_data_without_a_recipient_has_one_reply(lmtp, intake):
    talk = Talk(lmtp, "LHLO x.example", "MAIL FROM:<a@x.example>")
    assert talk.say("DATA").startswith("503")
    assert talk.say("NOOP").startswith("250")
