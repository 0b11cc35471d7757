"""Events leave through the outbox: to webhooks, collectors, files and syslog servers that behave as they do."""

import base64
import hashlib
import hmac
import json
import os
import socket
import stat
import time
from contextlib import suppress
from datetime import timedelta
from ipaddress import ip_network

import pytest
from django.utils import timezone

from api_client.models import Message
from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.outbox import posting
from dashboard.outbox.addresses import AddressForbidden, address_of
from dashboard.outbox.models import OutboxEntry, OutboxLane
from dashboard.outbox.sending import lane_send, lanes_due
from investigate.event_export.feed import NewEvent, events_add
from investigate.event_export.formats.alerts import alert_fields
from investigate.event_export.handing import events_hand_over
from investigate.event_export.models import Destination
from investigate.event_export.secrets import new_secret, seal_secret
from investigate.event_export.sending.files import folder_of
from investigate.event_export.states import Kind, Way
from tests.investigate.event_export.log_format_checker import faults_of
from tests.investigate.event_export.receivers import Authority, answer, drip, hang, http_receiver, syslog_receiver
from tests.investigate.fake_api import held

SECRET = new_secret()
PUBLIC = "192.31.196.1"
"""An address of AS112, which answers for nobody: reserved, and public all the same."""


@pytest.fixture
def receiver():
    with http_receiver() as running:
        yield running


@pytest.fixture
def to(api, db, place):
    """Make a destination, which gets what is added from now on."""

    def made(way=Way.WEBHOOK, address="", **fields) -> Destination:
        values = {"kinds": [kind.value for kind in Kind], "secret": seal_secret(SECRET), "name": f"To {way}"} | fields
        return Destination.objects.create(
            account_id=backend_account_id(), backend=backend_fingerprint(), way=way, address=address, **values
        )

    return made


def add(*numbers, disposition="malicious", message_id="", **fields) -> None:
    """Let events happen, one for each number."""
    events_add(
        [
            NewEvent(
                Kind.ALERTS,
                (number,),
                at=timezone.now(),
                fields=alert_fields(Message.model_validate(held(number, **fields)), None),
                message_id=message_id or f"message {number}",
                disposition=disposition,
            )
            for number in numbers
        ]
    )


def send(*, later=False) -> None:
    """Let the worker hand over and send; with `later`, after all pauses."""
    events_hand_over()
    if later:
        OutboxEntry.objects.filter(state="waiting").update(next_try_at=timezone.now())
        OutboxLane.objects.update(paused_until=None)
    for lane in lanes_due():
        lane_send(lane)


def states() -> list[str]:
    return list(OutboxEntry.objects.order_by("id").values_list("state", flat=True))


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
    assert time.monotonic() - begun < 2
    assert len(receiver.got) == 1
    assert OutboxEntry.objects.order_by("id")[0].error == "The receiver took too long."


def test_a_receiver_that_drips_is_held_to_the_whole_time(receiver, to, monkeypatch):
    monkeypatch.setattr(posting, "WHOLE_SECONDS", 0.5)
    to(address=receiver.url())
    receiver.otherwise = drip
    add(1)
    begun = time.monotonic()
    send()
    assert time.monotonic() - begun < 2
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


def test_batches_are_compressed_lines_with_a_token(receiver, to):
    to(Way.HTTPS, receiver.url(), header="X-Auth", token=seal_secret("token 1"))
    add(*range(1, 1201))
    send()
    assert [len(got.lines) for got in receiver.got] == [500, 500, 200]
    got = receiver.got[0]
    assert got.headers["content-encoding"] == "gzip"
    assert got.headers["content-type"] == "application/x-ndjson"
    assert got.headers["x-auth"] == "token 1"
    assert [fault for line in got.lines for fault in faults_of(line, "email_security_alerts")] == []


def test_batches_are_bounded_by_bytes(receiver, to):
    to(Way.HTTPS, receiver.url())
    add(*range(1, 31), to=["x" * 300] * 300)
    send()
    assert sum(len(got.lines) for got in receiver.got) == 30
    assert len(receiver.got) > 2
    assert all(len(b"".join(got.lines)) < 1_100_000 for got in receiver.got)


def test_batches_keep_their_order_behind_one_that_waits(receiver, to):
    to(Way.HTTPS, receiver.url())
    receiver.answers = [answer(500)]
    add(*range(1, 1001))
    send()
    assert len(receiver.got) == 1
    send(later=True)
    assert len(receiver.got) == 3
    assert receiver.got[0].body == receiver.got[1].body, "a batch is the same each time"


def test_the_outbox_holds_a_bounded_number(receiver, to):
    to(address=receiver.url())
    receiver.otherwise = answer(503)
    add(*range(1, 1301))
    send()
    send()
    assert OutboxEntry.objects.count() == 1000
    receiver.otherwise = answer(204)
    send(later=True)
    send(later=True)
    assert len({got.headers["webhook-id"] for got in receiver.got}) == 1300


def test_what_a_secret_seals_is_not_in_the_database(receiver, to):
    destination = to(Way.HTTPS, receiver.url(), header="X-Auth", token=seal_secret("the token"))
    destination.refresh_from_db()
    assert "the token" not in destination.token
    assert SECRET not in destination.secret


def test_another_secret_key_is_said_and_nothing_is_sent_unsigned(receiver, to, settings):
    destination = to(address=receiver.url())
    settings.SECRET_KEY = "another one, " * 5
    add(1)
    send()
    assert receiver.got == []
    destination.refresh_from_db()
    assert "SECRET_KEY" in destination.error


def test_https_verifies_the_certificate(to, tmp_path):
    known, other = Authority(tmp_path), Authority(tmp_path)
    with http_receiver(known) as receiver:
        receiver.host = "localhost"
        wrong = to(address=receiver.url(), ca=other.pem)
        add(1)
        send()
        assert receiver.got == []
        wrong.refresh_from_db()
        assert "certificate could not be verified" in wrong.error
        Destination.objects.update(ca=known.pem)
        send(later=True)
        assert len(receiver.got) == 1
        assert receiver.got[0].headers["host"] == f"localhost:{receiver.port}"


def test_the_certificate_has_to_be_for_the_name(to, tmp_path):
    authority = Authority(tmp_path, name="other.example")
    with http_receiver(authority) as receiver:
        receiver.host = "localhost"
        to(address=receiver.url(), ca=authority.pem)
        add(1)
        send()
        assert receiver.got == []


def answers(monkeypatch, *addresses):
    """Let every name have these addresses, and count how often it is asked for."""
    asked = []

    def getaddrinfo(host, port, *args, **more):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize(
    "address",
    [
        *("10.0.0.1", "172.16.5.5", "192.168.1.1", "169.254.169.254", "127.0.0.1", "0.0.0.0", "100.64.0.1"),
        *("::1", "fe80::1", "fd00::1", "fd00:ec2::254", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::1"),
        *("168.63.129.16", "224.0.0.1", "198.18.0.1", "255.255.255.255"),
    ],
)
def test_names_that_lead_inside_are_refused(to, monkeypatch, address):
    answers(monkeypatch, PUBLIC, address)
    destination = to(address="https://hooks.example/")
    add(1)
    send()
    destination.refresh_from_db()
    assert "not on the public network" in destination.error


def test_an_allowed_network_is_connected_to_at_the_address_that_was_looked_at(to, monkeypatch, settings, tmp_path):
    settings.GATEHOUSE_SEND_NETWORKS = [ip_network("127.0.0.0/8")]
    authority = Authority(tmp_path, name="hooks.example")
    with http_receiver(authority) as receiver:
        asked = answers(monkeypatch, "127.0.0.1")
        to(address=f"https://hooks.example:{receiver.port}/", ca=authority.pem)
        add(1)
        send()
        assert len(receiver.got) == 1
        assert asked.count("hooks.example") == 1, "a name is resolved once"
        assert receiver.got[0].headers["host"] == f"hooks.example:{receiver.port}"


def test_an_address_of_the_old_kind_within_one_of_the_new_is_judged_as_what_it_is():
    assert address_of(f"::ffff:{PUBLIC}", 443)
    for inside in ("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"):
        with pytest.raises(AddressForbidden):
            address_of(inside, 443)


@pytest.mark.parametrize("url", ["http://hooks.example/", "ftp://hooks.example/", "https://a:b@hooks.example/", "x"])
def test_addresses_that_are_no_https_are_refused(to, url):
    destination = to(address=url)
    add(1)
    send()
    destination.refresh_from_db()
    assert destination.error


def test_files_have_whole_lines_for_their_owner_alone(to):
    destination = to(Way.FILE)
    add(*range(1, 700))
    send()
    path = folder_of(destination) / "email_security_alerts.ndjson"
    lines = path.read_bytes().splitlines(keepends=True)
    assert len(lines) == 699
    assert all(line.endswith(b"\n") for line in lines)
    assert [fault for line in lines for fault in faults_of(line, "email_security_alerts")] == []
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_rest_of_a_torn_line_is_taken_away(to):
    destination = to(Way.FILE)
    add(1)
    send()
    path = folder_of(destination) / "email_security_alerts.ndjson"
    with path.open("ab") as file:
        file.write(b'{"AlertID":"torn')
    add(2)
    send()
    assert [len(faults_of(line, "email_security_alerts")) for line in path.read_bytes().splitlines()] == [0, 0]


@pytest.mark.parametrize("length", [1, 3_000_000])
def test_a_file_that_is_one_torn_line_begins_anew(to, length):
    destination = to(Way.FILE)
    folder_of(destination).mkdir(parents=True)
    path = folder_of(destination) / "email_security_alerts.ndjson"
    path.write_bytes(b"x" * length)
    add(1)
    send()
    assert [len(faults_of(line, "email_security_alerts")) for line in path.read_bytes().splitlines()] == [0]


def test_files_are_rotated_by_size_and_by_day(to, settings):
    settings.GATEHOUSE_EVENT_FILE_BYTES = 2000
    destination = to(Way.FILE)
    for number in range(1, 9):
        add(number)
        send()
    found = sorted(folder_of(destination).glob("*.ndjson"))
    assert len(found) > 2
    assert sum(len(path.read_bytes().splitlines()) for path in found) == 8
    settings.GATEHOUSE_EVENT_FILE_BYTES = 10**9
    current = folder_of(destination) / "email_security_alerts.ndjson"
    yesterday = time.time() - 90_000
    os.utime(current, (yesterday, yesterday))
    before = len(found)
    add(9)
    send()
    assert len(list(folder_of(destination).glob("*.ndjson"))) == before + 1


def test_a_file_that_cant_be_written_is_said(to, place):
    place.write_text("in the way")
    destination = to(Way.FILE)
    add(1)
    send()
    destination.refresh_from_db()
    assert "can't be written" in destination.error
    place.unlink()
    send(later=True)
    assert states() == ["sent"]


def test_syslog_is_counted_frames_over_tls(to, tmp_path):
    authority = Authority(tmp_path)
    with syslog_receiver(authority) as receiver:
        to(Way.SYSLOG, f"localhost:{receiver.port}", ca=authority.pem)
        add(1, 2)
        add(3, disposition="spam")
        send()
        assert states() == ["sent"]
        first, _, third = receiver.messages
        head, _, line = first.partition(b" - {")
        assert head.startswith(b"<132>1 20")
        assert head.endswith(b" gatehouse - email_security_alerts")
        assert faults_of(b"{" + line, "email_security_alerts") == []
        assert third.startswith(b"<134>1 ")


def test_syslog_verifies_the_certificate(to, tmp_path):
    with syslog_receiver(Authority(tmp_path)) as receiver:
        destination = to(Way.SYSLOG, f"localhost:{receiver.port}", ca=Authority(tmp_path).pem)
        add(1)
        send()
        assert receiver.messages == []
        destination.refresh_from_db()
        assert "certificate could not be verified" in destination.error


def test_syslog_that_breaks_off_is_tried_again(to, tmp_path):
    authority = Authority(tmp_path)
    with syslog_receiver(authority) as receiver:
        receiver.resets = True
        to(Way.SYSLOG, f"localhost:{receiver.port}", ca=authority.pem)
        add(1)
        send()
        assert states() == ["waiting"]
        receiver.resets = False
        send(later=True)
        assert len(receiver.messages) == 1


def test_syslog_without_tls_is_for_this_machine_alone(to, tmp_path):
    with syslog_receiver(None) as receiver:
        to(Way.SYSLOG, f"plain://127.0.0.1:{receiver.port}")
        far = to(Way.SYSLOG, "plain://logs.example:514", name="Far")
        add(1)
        send()
        far.refresh_from_db()
        assert "without TLS" in far.error
        deadline = time.monotonic() + 5
        while not receiver.messages and time.monotonic() < deadline:
            time.sleep(0.01)
        assert len(receiver.messages) == 1
