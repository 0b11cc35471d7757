"""A session with a next hop: what goes over the wire, and what each answer means for each recipient."""

import ssl
from datetime import UTC, datetime

import pytest

from gateway.delivery.next_hop.connection import TimeLimits
from gateway.delivery.next_hop.letter import Letter, trace_header
from gateway.delivery.next_hop.results import NextHopDown
from gateway.delivery.next_hop.session import NextHopSession
from gateway.routes.route import NextHop, Tls
from tests.gateway.delivery.fake_next_hop import CUT, HANG, fake_next_hop
from tests.mail_servers.certificates import certificate_for

ANN, BO, JO, ZOE = "ann@partner.example", "bo@acme.example", "jo@acme.example", "zoe@acme.example"
QUICK = TimeLimits(connect=2, greeting=1, command=1, block=1, message=2, end=1, quit=0.2)
HEADER = b"Received: from x ([192.0.2.1])\r\n\tby y with ESMTP id Z;\r\n\tSun, 1 Mar 2026 09:30:00 +0000\r\n"


def session(server, **options):
    hop = NextHop("127.0.0.1", server.port, **({"tls": Tls.NONE} | options))
    return NextHopSession(hop, lmtp=server.lmtp, name="gate.acme.example", limits=QUICK)


def letter(raw=b"Subject: x\r\n\r\nhello\r\n"):
    return Letter(HEADER, raw)


def outcomes(results):
    return {one: result.outcome.value for one, result in results.items()}


EXACT = [
    b"Subject: dots\r\n\r\n.\r\n..\r\n.x\r\nx.\r\n",
    b".Subject: a dot first\r\n\r\n.\r\n",
    b"Subject: bytes\r\n\r\n\x00\xff\xfe" + bytes(set(range(256)) - {10, 13}) + b"\r\n",
    b"Subject: long\r\n\r\n" + b"x" * 200_000 + b"\r\n." + b"y" * 2000 + b"\r\n",
    b"Subject: =?utf-8?q?=0D=0A.=0D=0A?=\r\n\r\n\r\n\r\n.\r\n\r\n",
    "Subject: grüße\r\n\r\nüber\r\n".encode(),
    b"no header at all\r\n",
    b"",
]


@pytest.mark.parametrize("lmtp", [False, True])
@pytest.mark.parametrize("raw", EXACT)
def test_a_message_arrives_byte_for_byte_beneath_one_trace_header(raw, lmtp):
    with fake_next_hop(lmtp=lmtp) as server, session(server) as hop:
        assert outcomes(hop.send(ANN, [BO], letter(raw))) == {BO: "delivered"}
        assert server.received == [(ANN, (BO,), HEADER + raw)]


@pytest.mark.parametrize(
    ("raw", "sent"),
    [
        (b"Subject: unix\n\nline\n.\nend", b"Subject: unix\r\n\r\nline\r\n.\r\nend\r\n"),
        (b"Subject: cr\r\n\r\na\r.\rMAIL FROM:<x@y>\r\n", b"Subject: cr\r\n\r\na . MAIL FROM:<x@y>\r\n"),
        (b"Subject: x\r\n\r\na\n.\r\nRCPT TO:<x@y>\r\n", b"Subject: x\r\n\r\na\r\n.\r\nRCPT TO:<x@y>\r\n"),
        (b"Subject: no end\r\n\r\nx\r", b"Subject: no end\r\n\r\nx \r\n"),
    ],
)
def test_bare_line_ends_are_mended_and_smuggle_nothing(raw, sent):
    with fake_next_hop() as server, session(server) as hop:
        hop.send(ANN, [BO], letter(raw))
        assert server.received == [(ANN, (BO,), HEADER + sent)]


@pytest.mark.parametrize("raw", [b"a\nb\rc\r\n.\r\n", b"no end", b"\r", b"x\n.\r\n.\r\n"])
def test_bare_line_ends_stay_where_the_next_hop_takes_any_bytes(raw):
    with fake_next_hop(extensions=["CHUNKING", "BINARYMIME"]) as server, session(server) as hop:
        hop.send(ANN, [BO], letter(raw))
        assert server.received == [(ANN, (BO,), HEADER + raw)]


def test_one_refused_recipient_does_not_keep_the_others():
    with fake_next_hop(
        answers={f"RCPT TO:<{JO}": ["550 5.1.1 nobody"], f"RCPT TO:<{ZOE}": ["450 4.2.1 full"]}
    ) as server:
        with session(server) as hop:
            results = hop.send(ANN, [BO, JO, ZOE], letter())
        assert outcomes(results) == {BO: "delivered", JO: "refused", ZOE: "deferred"}
        assert results[JO].words == "550 5.1.1 nobody"
        assert results[JO].status == "5.1.1"
        assert server.copies() == {BO: 1}


def test_lmtp_answers_for_each_recipient_after_the_message():
    answers = {f"END {JO}": ["452 4.2.2 over quota"], f"END {ZOE}": ["552 5.2.2 too much"]}
    with fake_next_hop(lmtp=True, answers=answers) as server, session(server) as hop:
        assert outcomes(hop.send(ANN, [BO, JO, ZOE], letter())) == {BO: "delivered", JO: "deferred", ZOE: "refused"}
        assert server.copies() == {BO: 1}


def test_lmtp_answers_that_are_lost_are_unknown_for_those_alone():
    with fake_next_hop(lmtp=True, answers={f"END {JO}": [CUT]}) as server, session(server) as hop:
        assert outcomes(hop.send(ANN, [BO, JO, ZOE], letter())) == {BO: "delivered", JO: "unknown", ZOE: "unknown"}


@pytest.mark.parametrize("trouble", [CUT, HANG])
@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_what_breaks_before_the_end_is_deferred(command, trouble):
    with fake_next_hop(answers={command: [trouble]}) as server, session(server) as hop:
        assert outcomes(hop.send(ANN, [BO, JO], letter())) == {BO: "deferred", JO: "deferred"}
        assert not hop.is_usable
        assert server.received == []


@pytest.mark.parametrize("trouble", [CUT, HANG, "nonsense"])
def test_what_breaks_after_the_end_is_unknown(trouble):
    with fake_next_hop(answers={"END": [trouble]}) as server, session(server) as hop:
        assert outcomes(hop.send(ANN, [BO], letter())) == {BO: "unknown"}


def test_a_cut_before_the_end_delivers_nothing():
    class Died(Exception):
        pass

    def die(accepted):
        assert accepted == [BO]
        raise Died

    with fake_next_hop() as server, session(server) as hop:
        with pytest.raises(Died):
            hop.send(ANN, [BO], letter(), before_end=die)
        assert not hop.is_usable
        assert server.received == []


def test_a_session_carries_several_messages_also_after_a_refusal():
    with (
        fake_next_hop(answers={"RCPT": ["550 5.1.1 nobody"], "END": ["554 5.7.1 no"]}) as server,
        session(server) as hop,
    ):
        found = [outcomes(hop.send(ANN, [BO], letter()))[BO] for _ in range(3)]
        assert found == ["refused", "refused", "delivered"]
        assert server.connections == 1


def test_an_endless_reply_ends_the_session():
    endless = "\r\n".join(["250-more"] * 500)
    with fake_next_hop(answers={"RCPT": [endless]}) as server, session(server) as hop:
        assert hop.send(ANN, [BO], letter())[BO].words == "the server's reply has too many lines"
    with fake_next_hop(answers={"RCPT": ["250 " + "x" * 100_000]}) as server, session(server) as hop:
        assert "too long" in hop.send(ANN, [BO], letter())[BO].words


def test_the_servers_words_become_one_bounded_line():
    reply = "550-5.1.1 a\x00\x1b[31m\u202eb\r\n550 5.1.1 " + "c" * 3000
    with fake_next_hop(answers={"RCPT": [reply]}) as server, session(server) as hop:
        words = hop.send(ANN, [BO], letter())[BO].words
    assert words.isprintable()
    assert words.startswith("550 5.1.1 a [31m b")
    assert len(words) <= 400


@pytest.mark.parametrize("address", ["bo>\r\nRCPT TO:<x@y.example", "bo\n@x.example", "b o@x.example", "", "x" * 400])
def test_an_address_that_would_be_a_command_is_never_sent(address):
    with fake_next_hop() as server, session(server) as hop:
        assert outcomes(hop.send(ANN, [BO, address], letter())) == {BO: "delivered", address: "refused"}
        assert server.copies() == {BO: 1}


def test_size_and_addresses_beyond_ascii_are_asked_for_only_where_they_are_taken():
    with fake_next_hop(extensions=["SIZE 100"]) as server, session(server) as hop:
        assert hop.send(ANN, [BO], letter(b"x" * 200))[BO].status == "5.3.4"
    with fake_next_hop(extensions=[]) as server, session(server) as hop:
        assert outcomes(hop.send(ANN, [BO, "bö@acme.example"], letter())) == {
            BO: "delivered",
            "bö@acme.example": "refused",
        }
    with fake_next_hop() as server, session(server) as hop:
        assert outcomes(hop.send(ANN, ["bö@acme.example"], letter("ü\r\n".encode()))) == {
            "bö@acme.example": "delivered"
        }
        (mail,) = [line for line in server.commands if line.startswith("MAIL")]
        assert mail.endswith("BODY=8BITMIME SMTPUTF8")


def test_an_old_server_that_knows_no_ehlo_is_spoken_to():
    with fake_next_hop(answers={"EHLO": ["502 5.5.1 what"]}) as server, session(server) as hop:
        assert outcomes(hop.send(ANN, [BO], letter())) == {BO: "delivered"}


def test_the_null_sender_of_a_bounce_is_sent_as_such():
    with fake_next_hop() as server, session(server) as hop:
        hop.send("", [BO], letter())
        assert server.received[0][0] == ""


@pytest.fixture
def tls(tmp_path):
    found = certificate_for(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(found.certificate, found.key)
    return context, str(found.certificate)


def test_tls_that_is_required_wants_a_certificate_of_a_known_authority_for_the_hosts_name(tls):
    context, authority = tls
    with fake_next_hop(tls=context) as server:
        with session(server, tls=Tls.REQUIRED, ca_file=authority) as hop:
            assert outcomes(hop.send(ANN, [BO], letter())) == {BO: "delivered"}
        with pytest.raises(NextHopDown, match=r"TLS with 127\.0\.0\.1 failed: self"):
            session(server, tls=Tls.REQUIRED)
        with pytest.raises(NextHopDown):
            NextHopSession(
                NextHop("127.0.0.2", server.port, Tls.REQUIRED, authority), lmtp=False, name="x", limits=QUICK
            )
    with fake_next_hop() as server, pytest.raises(NextHopDown, match="no STARTTLS"):
        session(server, tls=Tls.REQUIRED)


def test_tls_that_is_opportunistic_takes_any_certificate_and_none(tls):
    context, _ = tls
    with fake_next_hop(tls=context) as server, session(server, tls=Tls.OPPORTUNISTIC) as hop:
        assert outcomes(hop.send(ANN, [BO], letter())) == {BO: "delivered"}
        assert server.commands[1] == "STARTTLS"
    with fake_next_hop() as server, session(server, tls=Tls.OPPORTUNISTIC) as hop:
        assert outcomes(hop.send(ANN, [BO], letter())) == {BO: "delivered"}


def test_a_password_goes_to_a_verified_server_only(tls):
    context, authority = tls
    options = {"extensions": ["AUTH PLAIN LOGIN"], "tls": context}
    with fake_next_hop(**options) as server:
        with pytest.raises(NextHopDown):
            session(server, tls=Tls.OPPORTUNISTIC, user="u", password="p")
        assert not any(line.startswith("AUTH") for line in server.commands)
        with session(server, tls=Tls.OPPORTUNISTIC, ca_file=authority, user="u", password="p"):
            assert any(line.startswith("AUTH PLAIN") for line in server.commands)
    with (
        fake_next_hop(
            extensions=["AUTH LOGIN"],
            answers={"AUTH": ["334 VXNlcm5hbWU6"], "dQ==": ["334 x"], "cA==": ["535 5.7.8 no"]},
        ) as server,
        pytest.raises(NextHopDown, match=r"the sign-in was answered with 535 5\.7\.8 no"),
    ):
        session(server, user="u", password="p")


@pytest.mark.parametrize("greeting", ["554 5.7.1 go away", "421 4.3.2 later", CUT, HANG, "HTTP/1.1 400 Bad"])
def test_a_server_that_does_not_greet_is_down(greeting):
    with fake_next_hop(answers={"CONNECT": [greeting]}) as server, pytest.raises(NextHopDown):
        session(server)


def test_the_trace_header_takes_nothing_from_a_stranger_but_a_name():
    made = trace_header(
        helo="evil\r\nSubject: x (",
        client_ip="2001:db8::1",
        by="gate.acme.example",
        transaction="4Q",
        protocol="ESMTP",
        at=datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
    )
    assert made == (
        b"Received: from evilSubject:x ([IPv6:2001:db8::1])\r\n\tby gate.acme.example with ESMTP id 4Q;\r\n"
        b"\tSun, 01 Mar 2026 09:30:00 +0000\r\n"
    )
    assert b"from unknown (unknown)" in trace_header(
        helo="", client_ip="x", by="y", transaction="z", protocol="ESMTP", at=datetime(2026, 3, 1, tzinfo=UTC)
    )
