"""Mail leaves through a real server: who gets it, what it is like, and what the server's replies mean."""

import pytest

from dashboard.outbox.mail import mail_line
from dashboard.outbox.models import OutboxEntry, OutboxLane
from dashboard.outbox.sending import lane_send, lanes_due
from dashboard.outbox.services import Outgoing, outbox_add
from tests.mail_server import mail_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings):
    with mail_server() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", running.port, 5
        settings.GATEHOUSE_SENDS_MAIL = True
        settings.DEFAULT_FROM_EMAIL = "Gatehouse <gatehouse@acme.example>"
        yield running


def put(to="bo@acme.example", key="k", **more):
    payload = {"subject": "Grüße", "text": "one\n.\ntwo", "html": "<p>one</p>", **more}
    outbox_add([Outgoing(channel="mail", destination=to, key=key, payload=payload)])


def send():
    for lane in lanes_due():
        lane_send(lane)


def test_a_mail_has_text_and_html_and_says_that_a_program_wrote_it(server):
    put(reply_to=["soc@acme.example"])
    send()
    (got,) = server.to("bo@acme.example")
    assert (got.mail["Subject"], got.mail["To"], got.mail["Reply-To"]) == (
        "Grüße",
        "bo@acme.example",
        "soc@acme.example",
    )
    assert got.mail["Auto-Submitted"] == "auto-generated"
    assert got.mail["Message-ID"].endswith("@acme.example>")
    assert got.text.splitlines() == ["one", ".", "two"]
    assert "<p>one</p>" in got.html


def test_each_try_has_the_same_message_id(server):
    server.data_answers.append("451 4.3.0 later")
    put()
    send()
    assert OutboxEntry.objects.get().state == "waiting"
    OutboxEntry.objects.update(next_try_at="2020-01-01T00:00Z")
    OutboxLane.objects.update(paused_until=None)
    send()
    put(key="other")
    send()
    first, second = server.received
    assert first.mail["Message-ID"] != second.mail["Message-ID"]
    assert OutboxEntry.objects.filter(state="sent").count() == 2


@pytest.mark.parametrize(("reply", "state"), [("550 5.1.1 nobody", "failed"), ("450 4.2.0 greylisted", "waiting")])
def test_a_refused_recipient_keeps_nobody_else_from_their_mail(server, reply, state):
    server.rcpt_answers["bo@acme.example"] = [reply]
    for number in range(8):
        put(f"p{number}@acme.example", f"k{number}")
    put()
    send()
    assert OutboxEntry.objects.get(key="k").state == state
    assert reply[:3] in OutboxEntry.objects.get(key="k").error
    assert OutboxEntry.objects.filter(state="sent").count() == 8


def test_a_line_end_in_a_subject_or_address_is_no_new_field(server):
    put(subject="a\r\nBcc: eve@evil.example")
    put(to="bo@acme.example\r\nBcc: eve@evil.example", key="two")
    send()
    assert not server.to("eve@evil.example")
    assert all("Bcc" not in got.mail for got in server.received)
    assert set(OutboxEntry.objects.values_list("state", flat=True)) == {"failed"}


def test_without_a_mail_server_it_waits_and_says_why(settings):
    settings.GATEHOUSE_SENDS_MAIL = False
    put()
    send()
    entry = OutboxEntry.objects.get()
    assert (entry.state, entry.tries) == ("waiting", 0)
    assert "EMAIL_URL" in entry.error


def test_a_server_that_is_away_is_the_receivers_trouble(server, settings):
    settings.EMAIL_PORT = 1
    put()
    send()
    assert OutboxEntry.objects.get().state == "waiting"
    assert OutboxLane.objects.get().paused_until


def test_what_a_stranger_wrote_becomes_one_line_without_links():
    assert mail_line("Pay\r\nnow https://evil.example/x \u202egpj") == "Pay now hxxps://evil[.]example/x ⟨U+202E⟩gpj"
    assert len(mail_line("x" * 5000)) == 200


def test_what_a_server_says_keeps_no_control_characters(server):
    server.rcpt_answers["bo@acme.example"] = ["550 no\0body \x1b[31m"]
    put()
    send()
    error = OutboxEntry.objects.get().error
    assert "550" in error
    assert not {"\0", "\x1b"} & set(error)
