"""Events leave through the outbox to webhooks, whose receivers behave as they do."""

import base64
import hashlib
import hmac
import json
import time
from contextlib import suppress
from datetime import timedelta

from django.utils import timezone

from dashboard.outbox import posting
from dashboard.outbox.models import OutboxEntry, OutboxLane
from investigate.event_export.models import Destination
from investigate.event_export.secrets import new_secret, seal_secret
from investigate.event_export.states import Kind
from tests.investigate.event_export.log_format_checker import faults_of
from tests.investigate.event_export.receivers import answer, drip, hang
from tests.investigate.event_export.sending_events import SECRET, add, send, states


def test_a_webhook_is_signed_over_id_time_and_body(receiver, to):
    to(address=receiver.url("/hook?x=1"))
    add(1)
    send()
    got = receiver.got[0]
    told = json.loads(got.body)
    assert got.path == "/hook?x=1"
    assert told["type"] == "email_security_alerts"
    assert faults_of(json.dumps(told["data"]), "email_security_alerts") == []
    signed = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert got.headers["webhook-signature"] == f"v1,{expected}"
    assert abs(int(got.headers["webhook-timestamp"]) - time.time()) < 5
    assert states() == ["sent"]


def test_for_a_day_after_rotation_both_secrets_sign(receiver, to):
    old = new_secret()
    destination = to(
        address=receiver.url(), old_secret=seal_secret(old), old_secret_until=timezone.now() + timedelta(1)
    )
    add(1)
    send()
    assert len(receiver.got[0].headers["webhook-signature"].split(" ")) == 2
    Destination.objects.filter(pk=destination.pk).update(old_secret_until=timezone.now())
    add(2)
    send()
    assert len(receiver.got[1].headers["webhook-signature"].split(" ")) == 1


def test_an_event_keeps_its_id_when_it_is_sent_again(receiver, to):
    to(address=receiver.url())
    receiver.answers = [answer(500)]
    add(1)
    send()
    assert states() == ["waiting"]
    send(later=True)
    assert states() == ["sent"]
    assert receiver.got[0].headers["webhook-id"] == receiver.got[1].headers["webhook-id"]
    assert receiver.got[0].body == receiver.got[1].body


def test_the_events_of_one_message_keep_their_order_and_others_go_on(receiver, to):
    to(address=receiver.url())
    receiver.answers = [answer(500)]
    add(1, 2, message_id="same")
    add(3)
    send()
    assert states() == ["waiting", "waiting", "sent"]
    send(later=True)
    ids = [got.headers["webhook-id"].rpartition("_")[2] for got in receiver.got]
    assert ids == ["1", "3", "1", "2"]


def test_retry_after_is_kept(receiver, to):
    destination = to(address=receiver.url())
    receiver.answers = [answer(429, Retry_After="120")]
    add(1, 2)
    send()
    assert len(receiver.got) == 1, "the receiver as a whole asked for a pause"
    entry = OutboxEntry.objects.order_by("id").first()
    assert 110 < (entry.next_try_at - timezone.now()).total_seconds() < 125
    assert 110 < (OutboxLane.objects.get().paused_until - timezone.now()).total_seconds() < 125
    destination.refresh_from_db()
    assert destination.failing_since
    assert "429" in destination.error
    send(later=True)
    destination.refresh_from_db()
    assert destination.failing_since is None
    assert destination.error == ""


def test_a_refusal_ends_the_event_and_the_next_one_goes(receiver, to):
    to(address=receiver.url())
    receiver.answers = [answer(400, b"no <b>such</b>\x1b[31m field")]
    add(1, 2)
    send()
    assert states() == ["failed", "sent"]
    assert "\x1b" not in OutboxEntry.objects.order_by("id")[0].error


def test_redirects_are_not_followed(receiver, to):
    to(address=receiver.url())
    receiver.answers = [answer(302, Location=receiver.url("/elsewhere"))]
    add(1)
    send()
    assert [got.path for got in receiver.got] == ["/hook"]
    assert "redirect" in OutboxEntry.objects.get().error


def test_a_huge_answer_is_read_to_its_bound_only(receiver, to):
    to(address=receiver.url())
    taken = []

    def endless(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 900000000\r\n\r\n")
        with suppress(OSError):
            for _ in range(900):
                taken.append(handler.wfile.write(b"x" * 1_000_000))
        handler.close_connection = True

    receiver.answers = [endless]
    add(1, 2)
    send()
    assert states() == ["sent", "sent"]
    assert len(receiver.got) == 2
    assert sum(taken) < 50_000_000


def test_a_receiver_that_never_answers_costs_one_time_limit(receiver, to, monkeypatch):
    monkeypatch.setattr(posting, "READ_SECONDS", 0.3)
    to(address=receiver.url())
    receiver.otherwise = hang
    add(1, 2, 3)
    begun = time.monotonic()
    send()
    assert time.monotonic() - begun < 20
    assert len(receiver.got) == 1
    assert OutboxEntry.objects.order_by("id")[0].error == "The receiver took too long."


def test_a_receiver_that_drips_is_held_to_the_whole_time(receiver, to, monkeypatch):
    monkeypatch.setattr(posting, "WHOLE_SECONDS", 0.5)
    to(address=receiver.url())
    receiver.otherwise = drip
    add(1)
    begun = time.monotonic()
    send()
    assert time.monotonic() - begun < 20
    assert states() == ["waiting"]


def test_nobody_listens(to, receiver):
    to(address="http://127.0.0.1:1/")
    add(1)
    send()
    assert "Nobody listens there" in OutboxLane.objects.get().error


def test_verdicts_and_kinds_narrow_what_goes_there(receiver, to):
    to(address=receiver.url(), verdicts=["malicious"])
    to(address=receiver.url("/audit"), kinds=[Kind.AUDIT], name="Trail")
    add(1)
    add(2, disposition="spam")
    send()
    assert [got.path for got in receiver.got] == ["/hook"]


def test_ocsf_is_an_option_for_alerts(receiver, to):
    to(address=receiver.url(), alert_format="ocsf")
    add(1)
    send()
    assert json.loads(receiver.got[0].body)["data"]["class_uid"] == 4009


def test_another_secret_key_is_said_and_nothing_is_sent_unsigned(receiver, to, settings):
    destination = to(address=receiver.url())
    settings.SECRET_KEY = "another one, " * 5
    add(1)
    send()
    assert receiver.got == []
    destination.refresh_from_db()
    assert "SECRET_KEY" in destination.error
