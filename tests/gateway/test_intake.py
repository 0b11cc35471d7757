"""The SMTP intake: what is acknowledged is stored, byte for byte; what isn't stored isn't acknowledged."""

import smtplib
import socket
import threading

import pytest

from gateway.models import Message
from gateway.store.raw_mail import read_raw
from tests.gateway.mails import mail

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "gateway"])


def send(port, raw, recipients=("bo@acme.example",), sender="ann@partner.example"):
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as smtp:
        return smtp.sendmail(sender, list(recipients), raw)


@pytest.mark.parametrize(
    "raw",
    [
        mail(),
        b"Subject: dots\r\n\r\n.\r\n..\r\n...\r\nend\r\n",
        b"Subject: 8 bit\r\n\r\n\xe9\xff\xfe\x00\r\n",
        b"Subject: long line\r\n\r\n" + b"x" * 200_000 + b"\r\n",
        b"no header\r\n",
        b"Subject: 3 MB\r\n\r\n" + b"0123456789abcde\r\n" * 180_000,
    ],
    ids=["ordinary", "dots", "8 bit", "long line", "no header", "3 MB"],
)
def test_a_message_is_stored_as_it_was_sent(intake, raw):
    assert send(intake, raw) == {}
    assert read_raw(Message.objects.using("gateway").get().raw) == raw


def test_the_envelope_is_kept(intake):
    send(intake, mail(), recipients=("a@acme.example", "b@acme.example"), sender="bounce@list.example")
    row = Message.objects.using("gateway").get()
    assert (row.envelope_from, row.client_recipients) == ("bounce@list.example", ["a@acme.example", "b@acme.example"])


def test_a_bounce_has_no_sender(intake):
    send(intake, mail(), sender="")
    assert Message.objects.using("gateway").get().envelope_from == ""


def test_the_same_bytes_twice_are_two_messages(intake):
    raw = mail()
    send(intake, raw)
    send(intake, raw)
    assert Message.objects.using("gateway").count() == 2


def test_what_can_not_be_stored_is_not_acknowledged(intake, settings, store):
    (store / "raw").write_text("a file where the folder should be")
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(intake, mail())
    assert refused.value.smtp_code == 451
    assert not Message.objects.using("gateway").exists()
    (store / "raw").unlink()
    assert send(intake, mail()) == {}


def test_a_message_over_the_limit_is_refused_for_good(intake, settings):
    with smtplib.SMTP("127.0.0.1", intake, timeout=20) as smtp:
        smtp.ehlo()
        limit = int(smtp.esmtp_features["size"])
    assert limit == settings.GATEWAY_MAX_MESSAGE_BYTES
    with socket.create_connection(("127.0.0.1", intake), timeout=20) as raw_socket:
        stream = raw_socket.makefile("rb")
        stream.readline()
        raw_socket.sendall(b"EHLO x\r\n")
        while stream.readline()[3:4] == b"-":
            pass
        raw_socket.sendall(f"MAIL FROM:<a@x.example> SIZE={limit + 1}\r\n".encode())
        assert stream.readline().startswith(b"552")


@pytest.mark.parametrize("recipient", ["no-at-sign", "x" * 400 + "@acme.example"])
def test_what_is_no_address_is_refused(intake, recipient):
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(intake, mail(), recipients=(recipient,))


def test_a_connection_that_breaks_in_the_middle_stores_nothing(intake):
    with socket.create_connection(("127.0.0.1", intake), timeout=20) as half:
        stream = half.makefile("rb")
        stream.readline()
        for line in (b"HELO x", b"MAIL FROM:<a@x.example>", b"RCPT TO:<bo@acme.example>", b"DATA"):
            half.sendall(line + b"\r\n")
            stream.readline()
        half.sendall(b"Subject: half\r\n\r\nnot finis")
    send(intake, mail(subject="whole"))
    assert [row.subject for row in Message.objects.using("gateway").all()] == ["whole"]


def test_many_senders_at_once_lose_nothing(intake):
    failures = []

    def worker(number):
        try:
            for part in range(5):
                send(intake, mail(subject=f"{number}-{part}"))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=worker, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Message.objects.using("gateway").count() == 40


def answers(port, *commands):
    """Send commands on one connection and return the codes of the answers."""
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as smtp:
        smtp.ehlo()
        codes = [smtp.docmd(command)[0] for command in commands]
        if 354 in codes:
            smtp.send(mail() + b".\r\n")
            codes.append(smtp.getreply()[0])
        return codes


@pytest.mark.parametrize("spelling", ["<postmaster>", "<Postmaster>"])
def test_postmaster_needs_no_domain(intake, spelling):
    assert answers(intake, "MAIL FROM:<a@x.example>", f"RCPT TO:{spelling}", "DATA") == [250, 250, 354, 250]
    assert Message.objects.using("gateway").get().client_recipients == [spelling.strip("<>")]


def test_others_need_a_domain(intake):
    assert answers(intake, "MAIL FROM:<a@x.example>", "RCPT TO:<bo>") == [250, 553]


def test_two_spellings_of_one_mailbox_give_one_copy(intake):
    spellings = ["<bo@acme.example>", "<BO@Acme.example>", '<"bo"@acme.example>', "<cy@acme.example>"]
    codes = answers(intake, "MAIL FROM:<a@x.example>", *(f"RCPT TO:{one}" for one in spellings), "DATA")
    assert codes == [250, 250, 250, 250, 250, 354, 250]
    assert Message.objects.using("gateway").get().client_recipients == ["bo@acme.example", "cy@acme.example"]


def test_a_source_route_is_ignored(intake):
    route = "<@relay.example,@b.example:bo@acme.example>"
    assert answers(intake, "MAIL FROM:<a@x.example>", f"RCPT TO:{route}", "DATA")[-1] == 250
    assert Message.objects.using("gateway").get().client_recipients == ["bo@acme.example"]


def test_addresses_may_be_utf8(intake):
    with smtplib.SMTP("127.0.0.1", intake, timeout=20) as smtp:
        smtp.ehlo()
        smtp.sendmail("jörg@bücher.example", ["ünna@acme.example"], mail(), mail_options=["SMTPUTF8", "BODY=8BITMIME"])
    row = Message.objects.using("gateway").get()
    assert (row.envelope_from, row.client_recipients) == ("jörg@bücher.example", ["ünna@acme.example"])
