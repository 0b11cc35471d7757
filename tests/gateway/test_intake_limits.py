"""What a stranger can't do to the intake: which recipients and peers it takes, and how much of everything."""

import errno
import smtplib
import socket
from datetime import date, timedelta
from ipaddress import ip_network

import pytest
from django.core.files.storage import FileSystemStorage

from gateway.intake import limits
from gateway.intake.connections import Connections
from gateway.intake.data_lines import DataLines
from gateway.intake.peers import lies_in_network, share_of
from gateway.intake.recipients import NO_SMART_HOST, SAMPLE_DOMAINS, TOO_MANY_NEW, UNKNOWN_DOMAIN, Recipients
from gateway.intake.spool import Spool, SpooledMessage, SpoolFull
from gateway.models import Message
from gateway.samples import SAMPLE_POLICY
from gateway.store import free_space
from gateway.store.raw_mail import read_raw
from tests.gateway.mails import mail
from tests.gateway.policy_rows import protect
from tests.gateway.test_intake import answers, send
from tests.stack.running import wait_for

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "gateway"])
LOOPBACK = (ip_network("127.0.0.0/8"),)


class Talk:
    """An SMTP client that may stop in the middle."""

    def __init__(self, port, *commands):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.stream = self.socket.makefile("rb")
        self.greeting = self.stream.readline()
        self.replies = [self.say(command) for command in commands]

    def say(self, command):
        self.socket.sendall(command.encode() + b"\r\n")
        while (line := self.stream.readline())[3:4] == b"-":
            pass
        return line.decode()

    def close(self):
        self.stream.close()
        self.socket.close()


BEGIN = ("HELO x", "MAIL FROM:<a@x.example>", "RCPT TO:<bo@acme.example>", "DATA")


def test_before_any_domain_is_protected_only_the_sample_domain_gets_mail(intake):
    assert SAMPLE_POLICY.protected_domains == SAMPLE_DOMAINS
    assert answers(intake, "MAIL FROM:<a@x.example>", "RCPT TO:<a@other.example>") == [250, 550]
    assert answers(intake, "MAIL FROM:<a@x.example>", "RCPT TO:<a@acme.example>") == [250, 250]


def test_only_protected_domains_get_mail(intake):
    protect("firm.example")
    for recipient, code in (
        ("a@firm.example", 250), ("a@FIRM.example", 250), ("a@mail.firm.example", 250), ("postmaster", 250),
        ("a@acme.example", 550), ("a@notfirm.example", 550), ("a@firm.example.evil.example", 550),
    ):  # fmt: skip
        assert answers(intake, "MAIL FROM:<a@x.example>", f"RCPT TO:<{recipient}>") == [250, code], recipient
    assert not Message.objects.using("gateway").exists()


@pytest.mark.parametrize("intake", [{"GATEWAY_RELAY_NETWORKS": LOOPBACK}], indirect=True)
def test_without_a_smart_host_a_peer_of_the_organisation_hands_in_nothing_for_others(intake, settings):
    for recipient, reply in (
        ("bo@acme.example", "250"), ("postmaster", "250"), ("a@elsewhere.example", NO_SMART_HOST[:60]),
    ):  # fmt: skip
        talk = Talk(intake, *BEGIN[:2])
        assert talk.say(f"RCPT TO:<{recipient}>").startswith(reply)
        talk.close()
    settings.GATEWAY_BCC_ADDRESSES = ["copies@elsewhere.example"]
    assert send(intake, mail(), recipients=("Copies@elsewhere.example",)) == {}


def test_who_names_many_recipients_that_do_not_exist_is_sent_away(intake):
    talk = Talk(intake, *BEGIN[:2])
    replies = [talk.say(f"RCPT TO:<a{number}@other.example>")[:3] for number in range(limits.REFUSALS + 1)]
    assert replies == ["550"] * limits.REFUSALS + ["421"]
    assert talk.stream.read() == b""
    talk.close()


def test_a_message_has_a_thousand_recipients_at_most(intake):
    codes = answers(intake, "MAIL FROM:<a@x.example>", *(f"RCPT TO:<p{n}@acme.example>" for n in range(1001)))
    assert codes == [250] * 1001 + [452]


def test_a_domain_gets_a_number_of_new_mailboxes_in_a_day(settings, mailboxes):
    settings.GATEWAY_NEW_MAILBOXES = 2
    today = date(2026, 3, 1)
    found = Recipients(today=lambda: today)
    assert [found.refusal(f"p{number}@acme.example") for number in (1, 2, 1, 3)] == [None, None, None, TOO_MANY_NEW]
    assert found.refusal("p1@other.example") == UNKNOWN_DOMAIN
    today += timedelta(days=1)
    assert found.refusal("p3@acme.example") is None


def test_connections_of_one_peer_have_a_bound(settings, intake):
    talks = [Talk(intake) for _ in range(settings.GATEWAY_SMTP_CONNECTIONS_PER_PEER)]
    assert {talk.greeting[:3] for talk in talks} == {b"220"}
    last = Talk(intake)
    assert last.greeting.startswith(b"421")
    assert last.stream.read() == b""
    talks.pop().close()

    def is_admitted():
        talk = Talk(intake)
        talk.close()
        return talk.greeting.startswith(b"220")

    wait_for(is_admitted, 10, "room after one has gone")
    for talk in (*talks, last):
        talk.close()


def connections(now, is_own=False, in_all=3, each=2):
    return Connections(in_all=in_all, for_each_peer=each, is_own=lambda _peer: is_own, seconds=lambda: now)


class One:
    def __init__(self, peer, waits_since):
        self.peer, self.waits_since, self.closed = peer, waits_since, False

    def close_for_others(self):
        self.closed = True


def test_one_that_has_waited_too_long_makes_room_and_one_that_is_served_never_does():
    now = 1000.0
    kept = connections(now)
    served, young, old = One("192.0.2.1", None), One("192.0.2.2", now - 19), One("192.0.2.3", now - 60)
    for each in (served, young, old):
        kept.add(each)
    assert kept.admits("192.0.2.4")
    assert (served.closed, young.closed, old.closed) == (False, False, True)
    kept.add(One("192.0.2.4", now))
    assert not kept.admits("192.0.2.5")


def test_a_peer_of_the_organisation_has_only_the_bound_of_all():
    kept = connections(0.0, is_own=True, in_all=4, each=1)
    for _ in range(4):
        assert kept.admits("192.0.2.1")
        kept.add(One("192.0.2.1", 0.0))
    assert not kept.admits("192.0.2.1")


def test_an_ipv6_peer_is_its_network():
    assert share_of("2001:db8::1") == share_of("2001:db8::ffff:1")
    assert share_of("::ffff:192.0.2.1") == share_of("192.0.2.1")
    assert lies_in_network("::ffff:127.0.0.1", LOOPBACK)
    assert not lies_in_network("not an address", LOOPBACK)


@pytest.mark.parametrize("intake", [{"GATEWAY_SMTP_SPOOL_BYTES": 400_000}], indirect=True)
def test_unfinished_messages_have_a_bound_in_all(intake):
    """A stranger gets a quarter of it; beyond it the message is refused for now, and the next one is taken."""
    half = Talk(intake, *BEGIN)
    assert half.replies[-1].startswith("354")
    half.socket.sendall(b"Subject: half\r\n\r\n" + b"x" * 300_000 + b"\r\n")
    large = mail(body="y\r\n" * 70_000)

    def refused():
        try:
            send(intake, large)
        except (smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as error:
            return error.smtp_code
        return None

    assert wait_for(refused, 10, "a refusal") == 452
    half.close()
    wait_for(lambda: refused() is None, 10, "room again")


def test_the_spool_frees_what_is_dropped_and_gives_one_peer_its_share(tmp_path):
    spool = Spool(tmp_path / "spool", in_all=100, for_each_peer=40)
    first = spool.open("192.0.2.1", is_own=False)
    first.write(b"x" * 40)
    with pytest.raises(SpoolFull):
        first.write(b"x")
    assert spool.fits(60, "192.0.2.1", is_own=True)
    assert not spool.fits(61, "192.0.2.1", is_own=True)
    first.close()
    first.close()
    assert (spool.used, dict(spool.by_peer)) == (0, {})
    assert list((tmp_path / "spool").iterdir()) == []


def test_a_message_with_a_line_that_is_too_long_is_refused(intake):
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(intake, b"Subject: x\r\n\r\n" + b"x" * (limits.LONGEST_LINE + 1) + b"\r\n")
    assert refused.value.smtp_code == 500
    assert send(intake, mail()) == {}


@pytest.mark.parametrize("intake", [{"GATEWAY_MAX_MESSAGE_BYTES": 100_000}], indirect=True)
def test_a_message_that_grows_too_large_is_refused_for_good(intake):
    talk = Talk(intake, *BEGIN)
    talk.socket.sendall(b"x" * 70 + b"\r\n" + (b"y" * 70 + b"\r\n") * 2000 + b".\r\n")
    assert talk.stream.readline().startswith(b"552")
    assert talk.say("MAIL FROM:<a@x.example>").startswith("250")
    talk.close()


def test_short_lines_are_read_in_linear_time():
    """45 MB of them took 109 seconds and 2.9 GB: no object is made for a line any more."""
    lines, part = DataLines(), b"\r\n" * 32_768
    assert sum(len(lines.feed(part)) for _ in range(200)) >= 200 * len(part) - 4


def test_what_follows_the_end_of_a_message_is_the_next_command(intake):
    talk = Talk(intake, *BEGIN)
    talk.socket.sendall(mail() + b".\r\nNOOP\r\nQUIT\r\n")
    assert [talk.stream.readline()[:3] for _ in range(3)] == [b"250", b"250", b"221"]
    talk.close()
    assert Message.objects.using("gateway").count() == 1


def test_a_slow_message_is_cut(intake, monkeypatch):
    monkeypatch.setattr(limits, "SLOW_START_SECONDS", -1000.0)
    talk = Talk(intake, *BEGIN)
    talk.socket.sendall(b"a\r\n")
    assert talk.stream.readline().startswith(b"421 4.4.2")
    assert talk.stream.read() == b""
    talk.close()


@pytest.mark.parametrize("name", ["COMMAND_SECONDS", "CONNECTION_SECONDS"])
def test_a_session_ends_when_its_time_is_over(monkeypatch, name, request):
    monkeypatch.setattr(limits, name, 0.05)
    talk = Talk(request.getfixturevalue("intake"))
    assert talk.stream.readline().startswith(b"421 4.4.2")
    talk.close()


def test_a_transaction_ends_when_its_time_is_over(monkeypatch, intake):
    monkeypatch.setattr(limits, "TRANSACTION_SECONDS", 0.05)
    talk = Talk(intake, *BEGIN[:2])
    assert talk.stream.readline().startswith(b"421 4.4.2")
    talk.close()


def test_a_full_disk_puts_mail_off_before_data(intake, settings):
    settings.GATEHOUSE_FREE_BYTES = 2**60
    assert answers(intake, "MAIL FROM:<a@x.example>") == [452]
    settings.GATEHOUSE_FREE_BYTES = 0
    assert send(intake, mail()) == {}


def test_a_message_that_announces_more_than_there_is_room_for_is_put_off(intake, settings):
    assert free_space.has_room(0)
    assert not free_space.has_room(2**60)


def test_a_disk_that_fills_up_while_a_message_arrives_puts_it_off_and_the_next_is_taken(intake, monkeypatch):
    whole = SpooledMessage.write

    def full(self, part):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(SpooledMessage, "write", full)
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(intake, mail())
    assert refused.value.smtp_code == 452
    monkeypatch.setattr(SpooledMessage, "write", whole)
    raw = mail(subject="after")
    assert send(intake, raw) == {}
    assert read_raw(Message.objects.using("gateway").get().raw) == raw


class FullStorage(FileSystemStorage):
    """A storage on a disk that is full."""

    def _save(self, name, content):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_disk_that_is_full_when_a_message_is_stored_puts_it_off(intake, settings):
    kept = settings.STORAGES
    full = {"BACKEND": "tests.gateway.test_intake_limits.FullStorage"}
    settings.STORAGES = kept | {"raw_mail": kept["raw_mail"] | full}
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(intake, mail())
    assert refused.value.smtp_code == 452
    assert not Message.objects.using("gateway").exists()
    settings.STORAGES = kept
    assert send(intake, mail()) == {}
