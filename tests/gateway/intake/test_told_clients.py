"""XCLIENT, XFORWARD and the PROXY protocol: a named server's word makes the client, nobody else's does."""

import socket
import struct
from ipaddress import ip_network

import pytest

from gateway.intake.told_clients import XCLIENT, NotUnderstood, address_of, attributes, xtext
from gateway.models import Message
from tests.gateway.intake.talking import Talk, hand_in
from tests.gateway.mails import mail
from tests.gateway.policy_rows import protect
from tests.gateway.test_intake import send

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "gateway"])
LOOPBACK = (ip_network("127.0.0.0/8"),)
TOLD = {"GATEWAY_XCLIENT_NETWORKS": LOOPBACK}
RELAY = TOLD | {"GATEWAY_RELAY_NETWORKS": LOOPBACK}
PROXIED = {"GATEWAY_PROXY_NETWORKS": LOOPBACK}
V1 = b"PROXY TCP4 198.51.100.7 192.0.2.1 4711 25\r\n"
SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"
V2 = SIGNATURE + b"\x21\x11\x00\x0c" + bytes([198, 51, 100, 7, 192, 0, 2, 1]) + struct.pack("!HH", 4711, 25)
V2_IPV6 = SIGNATURE + b"\x21\x21\x00\x24" + socket.inet_pton(socket.AF_INET6, "2001:db8::7") * 2 + b"\x12\x34\x00\x19"


def proxied(port, header):
    """Return a client behind a proxy, whose first bytes say whose connection it is."""
    return Talk(port, header=header)


def stored():
    row = Message.objects.using("gateway").get()
    return row.smtp_helo_server_ip, row.smtp_helo_server_name


@pytest.mark.parametrize("intake", [TOLD], indirect=True)
def test_xclient_makes_the_session_that_of_the_client(intake):
    talk = Talk(intake, "EHLO proxy.acme.example")
    assert talk.say("XCLIENT ADDR=198.51.100.7 NAME=out.partner.example PORT=4711 PROTO=ESMTP").startswith("220 ")
    assert talk.say("MAIL FROM:<ann@partner.example>").startswith("503"), "the session begins anew"
    assert hand_in(talk, "XCLIENT HELO=mail.partner.example LOGIN=[UNAVAILABLE]", "EHLO x.example").startswith("250")
    assert stored() == ("198.51.100.7", "mail.partner.example")


@pytest.mark.parametrize("intake", [RELAY], indirect=True)
def test_a_client_told_by_xclient_has_no_rights_of_its_relay(intake):
    protect("acme.example")
    talk = Talk(intake, "EHLO proxy.acme.example")
    talk.say("XCLIENT ADDR=IPV6:2001:db8::7")
    assert hand_in(talk, "EHLO x.example", recipient="a@elsewhere.example").startswith("550")


RELAYED = (
    b"Received: from desk2.partner.example (two [203.0.113.9]) by out.isp.example; Fri, 27 Nov 2026 10:00:00 +0000\r\n"
    b"Received: from desk.partner.example (desk [192.0.2.99]) by in.isp.example; Fri, 27 Nov 2026 09:59:00 +0000\r\n"
)
BY_RELAY = (
    b"Received: from out.isp.example (out.isp.example [198.51.100.7]) by relay.acme.example; "
    b"Fri, 27 Nov 2026 10:01:00 +0000\r\n"
)


@pytest.mark.parametrize("intake", [RELAY], indirect=True)
@pytest.mark.parametrize(("command", "on_top"), [("XCLIENT", b""), ("XFORWARD", BY_RELAY)])
def test_the_previous_hop_is_the_one_before_the_client_whoever_tells_of_it(intake, command, on_top):
    talk = Talk(intake, "EHLO relay.acme.example", f"{command} ADDR=198.51.100.7 HELO=out.isp.example")
    assert hand_in(talk, "EHLO out.isp.example", raw=on_top + RELAYED + mail()).startswith("250")
    row = Message.objects.using("gateway").get()
    assert (row.smtp_helo_server_ip, row.smtp_previous_hop_ip) == ("198.51.100.7", "203.0.113.9")


@pytest.mark.parametrize("intake", [RELAY], indirect=True)
def test_xforward_tells_where_a_relay_got_its_mail_from_and_leaves_its_rights(intake, settings):
    settings.GATEWAY_BCC_ADDRESSES = ["all@elsewhere.example"]  # What only own servers may write to.
    talk = Talk(intake, "EHLO relay.acme.example")
    assert talk.say("XFORWARD NAME=out.partner.example ADDR=198.51.100.7").startswith("250 2.")
    done = hand_in(talk, "XFORWARD PROTO=ESMTP HELO=mail.partner.example", recipient="all@elsewhere.example")
    assert done.startswith("250")
    assert stored() == ("198.51.100.7", "mail.partner.example")


@pytest.mark.parametrize("intake", [RELAY], indirect=True)
def test_mail_that_a_relay_took_from_its_own_machine_has_no_outside_client(intake):
    talk = Talk(intake, "EHLO relay.acme.example")
    assert hand_in(talk, "XFORWARD ADDR=127.0.0.1 HELO=localhost SOURCE=LOCAL").startswith("250")
    assert stored()[0] == ""


@pytest.mark.parametrize("command", ["XCLIENT ADDR=198.51.100.7", "XFORWARD ADDR=198.51.100.7"])
def test_a_server_that_is_not_named_is_not_believed(intake, command):
    talk = Talk(intake, "EHLO x.example")
    assert talk.say(command).startswith("550 5.7.0")
    assert hand_in(talk).startswith("250")
    assert stored()[0] != "198.51.100.7"


def test_who_is_not_named_is_sent_away_after_a_proxy_line(intake):
    talk = Talk(intake)
    assert talk.say(V1.decode().rstrip()).startswith("550 5.7.0")
    assert talk.stream.read() == b""


def test_the_second_version_of_the_proxy_line_ends_a_session_that_is_not_named(intake):
    talk = Talk(intake)
    talk.socket.sendall(V2)
    assert b"\n221 " in talk.stream.read()
    assert not Message.objects.using("gateway").exists()


@pytest.mark.parametrize("intake", [TOLD], indirect=True)
@pytest.mark.parametrize(
    "rest",
    ["", "ADDR", "ADDR=nonsense", "ADDR=[UNAVAILABLE]", "FOO=bar", "ADDR=192.0.2.1 ADDR=192.0.2.2", "HELO=a+0D+0Ab",
     "ADDR=192.0.2.0/24", "ADDR=fe80::1%25eth0", "HELO=" + "a" * 300],
)  # fmt: skip
def test_attributes_that_break_the_rules_are_refused(intake, rest):
    talk = Talk(intake, "EHLO proxy.acme.example")
    assert talk.say(f"XCLIENT {rest}").startswith("501 5.5.4")


@pytest.mark.parametrize("intake", [TOLD], indirect=True)
def test_a_client_does_not_change_within_a_transaction(intake):
    talk = Talk(intake, "EHLO x.example", "MAIL FROM:<a@x.example>")
    assert talk.say("XCLIENT ADDR=198.51.100.7").startswith("503 5.5.1")
    assert talk.say("XFORWARD ADDR=198.51.100.7").startswith("503 5.5.1")


@pytest.mark.parametrize("intake", [PROXIED], indirect=True)
@pytest.mark.parametrize(("header", "address"), [(V1, "198.51.100.7"), (V2, "198.51.100.7"), (V2_IPV6, "2001:db8::7")])
def test_a_proxy_says_whose_connection_it_is(intake, header, address):
    talk = proxied(intake, header)
    assert talk.greeting.startswith(b"220")
    assert hand_in(talk, "EHLO mail.partner.example").startswith("250")
    assert stored() == (address, "mail.partner.example")


@pytest.mark.parametrize("intake", [PROXIED], indirect=True)
@pytest.mark.parametrize(
    "header",
    [b"EHLO x.example\r\n", b"PROXY TCP4 nonsense 192.0.2.1 1 2\r\n", b"PROXY TCP4\r\n",
     b"PROXY " + b"x" * 200_000 + b"\r\n", SIGNATURE + b"\x31\x11\x00\x0c" + b"x" * 12,
     SIGNATURE + b"\x21\x11\x00\x02xx"],
)  # fmt: skip
def test_a_proxy_that_does_not_begin_with_the_protocol_is_closed(intake, header):
    talk = proxied(intake, header)
    assert talk.greeting == b""


@pytest.mark.parametrize("intake", [PROXIED], indirect=True)
@pytest.mark.parametrize("header", [b"PROXY UNKNOWN\r\n", SIGNATURE + b"\x20\x00\x00\x00"])
def test_a_proxys_health_check_is_greeted_and_sends_no_mail(intake, header):
    talk = proxied(intake, header)
    assert talk.greeting.startswith(b"220")
    assert hand_in(talk, "EHLO x.example").startswith("550 5.7.1")


@pytest.mark.parametrize("intake", [PROXIED | {"GATEWAY_SMTP_CONNECTIONS_PER_PEER": 2}], indirect=True)
def test_each_client_behind_a_proxy_has_its_own_bound_of_connections(intake):
    talks = [proxied(intake, V1), proxied(intake, V2)]
    assert [talk.greeting[:3] for talk in talks] == [b"220", b"220"]
    assert proxied(intake, V1).greeting.startswith(b"421")
    assert proxied(intake, V2_IPV6).greeting.startswith(b"220")


def test_xtext_is_read_and_bounded():
    assert xtext("a+2Bb+3D") == "a+b="
    assert xtext("+C3+BC.example") == "ü.example"
    assert attributes("name=[TEMPUNAVAIL] Addr=192.0.2.1", XCLIENT) == {"NAME": "", "ADDR": "192.0.2.1"}
    assert address_of("IPv6:2001:DB8::1") == "2001:db8::1"
    with pytest.raises(NotUnderstood):
        xtext("a+00b")


def test_ordinary_mail_needs_none_of_it(intake):
    assert send(intake, mail()) == {}
