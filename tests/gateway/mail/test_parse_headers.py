"""Reading header fields."""

from datetime import UTC, datetime

import pytest

from gateway.mail.message import Mailbox
from gateway.mail.parser import parse


def test_it_reads_the_fields_of_an_ordinary_message() -> None:
    message = parse(
        b"Received: from mx.sender.example (mx.sender.example [203.0.113.9])\r\n"
        b"\tby gw.acme.example (Postfix) with ESMTPS id 4x for <bob@acme.example>; Tue, 3 Mar 2026 10:00:05 +0100\r\n"
        b"Received: from [10.0.0.7] (laptop [198.51.100.4]) by mx.sender.example with ESMTPSA; "
        b"Tue, 3 Mar 2026 08:59:58 +0000\r\n"
        b"From: Ann Example <ann@sender.example>\r\nReply-To: answers@sender.example\r\n"
        b"To: Bob <bob@acme.example>, carol@acme.example\r\nCc: List: dave@acme.example;\r\n"
        b"Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n from Ann\r\nDate: Tue, 3 Mar 2026 09:59:57 +0100\r\n"
        b"Message-ID: <1@sender.example>\r\nDelivered-To: bob@acme.example\r\nX-Original-To: bob@acme.example\r\n"
        b"X-Originating-IP: [198.51.100.77]\r\nList-Id: News <news.sender.example>\r\nPrecedence: Bulk\r\n\r\nHello\r\n"
    )
    assert message.subject == "Grüße from Ann"
    assert (message.from_name, message.from_address) == ("Ann Example", "ann@sender.example")
    assert message.reply_to == "answers@sender.example"
    assert message.to == (Mailbox("Bob", "bob@acme.example"), Mailbox("", "carol@acme.example"))
    assert message.cc == (Mailbox("", "dave@acme.example"),)
    assert message.message_id == "<1@sender.example>"
    assert message.sent_at == datetime(2026, 3, 3, 8, 59, 57, tzinfo=UTC)
    assert message.newest_received_at == datetime(2026, 3, 3, 9, 0, 5, tzinfo=UTC)
    assert message.delivered_to == ("bob@acme.example",)
    assert message.x_originating_ip == "198.51.100.77"
    assert (message.list_id, message.precedence) == ("News <news.sender.example>", "bulk")
    assert message.text == "Hello\r\n"
    assert message.defects == ()


def test_it_keeps_the_order_and_the_repetition_of_fields() -> None:
    message = parse(b"X-A: 1\nX-B: 2\nX-A: 3\n\n")
    assert message.headers == (("X-A", "1"), ("X-B", "2"), ("X-A", "3"))


def test_it_says_who_handed_the_mail_over_and_who_before() -> None:
    message = parse(
        b"Received: from inner.acme.example (10.1.1.1) by store.acme.example; Tue, 3 Mar 2026 10:00:09 +0000\n"
        b"Received: from mx.sender.example (mx.sender.example [203.0.113.9]) by gw.acme.example with ESMTP id 1;"
        b" Tue, 3 Mar 2026 10:00:05 +0000\n"
        b"Received: from app (unknown [198.51.100.4]) by mx.sender.example (Postfix) with ESMTPSA id 2\n\n"
    )
    assert message.smtp_helo_server_ip == "203.0.113.9"
    assert message.smtp_previous_hop_ip == "198.51.100.4"
    assert [hop.by for hop in message.received] == ["store.acme.example", "gw.acme.example", "mx.sender.example"]
    assert message.received[2].at is None


def test_it_leaves_out_hops_of_own_servers() -> None:
    raw = (
        b"Received: from relay.provider.example ([192.0.2.10]) by gw.acme.example; Tue, 3 Mar 2026 10:00:05 +0000\n"
        b"Received: from mx.sender.example ([203.0.113.9]) by relay.provider.example; 3 Mar 2026 10:00:04 +0000\n\n"
    )
    assert parse(raw).smtp_helo_server_ip == "192.0.2.10"
    assert parse(raw, own_servers={"192.0.2.0/24"}).smtp_helo_server_ip == "203.0.113.9"
    assert parse(raw, own_servers={"relay.provider.example"}).smtp_helo_server_ip == "203.0.113.9"


@pytest.mark.parametrize(
    ("field", "name", "address"),
    [
        (b'"Example, Ann" <ann@a.example>', "Example, Ann", "ann@a.example"),
        (b"ann@a.example (Ann Example)", "Ann Example", "ann@a.example"),
        (b"=?utf-8?B?QW5u?= <ann@a.example>", "Ann", "ann@a.example"),
        (b"=?utf-8?Q?Ann=2C_Bob?= <ann@a.example>", "Ann, Bob", "ann@a.example"),
        (b"Support , <ann@a.example>", "Support", "ann@a.example"),
        (b"Ann ann@a.example", "Ann", "ann@a.example"),
        (b"<@relay.example:ann@a.example>", "", "ann@a.example"),
        (b'"a \\"b\\" c" <ann@a.example>', 'a "b" c', "ann@a.example"),
        (b'"bob@acme.example" <ann@a.example>', "bob@acme.example", "ann@a.example"),
        (b"Gr\xc3\xbc\xc3\x9fe <ann@a.example>", "Grüße", "ann@a.example"),
        (b"Gr\xfc\xdfe <ann@a.example>", "Grüße", "ann@a.example"),
        (b"(comment (nested)) ann@a.example", "comment (nested)", "ann@a.example"),
        (b"Ann", "Ann", ""),
        (b"", "", ""),
    ],
)
def test_it_reads_a_sender_however_it_is_written(field: bytes, name: str, address: str) -> None:
    message = parse(b"From: " + field + b"\n\n")
    assert (message.from_name, message.from_address) == (name, address)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"=?ISO-8859-1?Q?caf=E9?=", "café"),
        (b"=?utf-8?B?w7w=?= =?utf-8?B?w6Q=?=", "üä"),
        (b"=?utf-8?B?4pw=?= =?utf-8?B?kw==?=", "✓"),
        (b"=?UTF-8?q?a_b?= and =?utf-8?q?c?=", "a b and c"),
        (b"=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"),
        (b"=?utf-8*en?Q?x?=", "x"),
        (b"=?nonsense", "=?nonsense"),
    ],
)
def test_it_decodes_encoded_words(value: bytes, text: str) -> None:
    assert parse(b"Subject: " + value + b"\n\n").subject == text


AUTHENTICATED = (
    b"Authentication-Results: gw.acme.example; spf=fail smtp.mailfrom=evil.example;\r\n"
    b" dkim=pass (2048-bit key) header.d=evil.example header.s=s1; dmarc=fail (p=REJECT) header.from=acme.example\r\n"
    b"Received: from evil.example ([203.0.113.66]) by gw.acme.example; Tue, 3 Mar 2026 10:00:05 +0000\r\n"
    b"Received: from x ([198.51.100.1]) by evil.example; Tue, 3 Mar 2026 10:00:01 +0000\r\n"
    b"Authentication-Results: gw.acme.example; arc=pass\r\n\r\n"
)


def test_it_gives_out_results_of_trusted_servers_only() -> None:
    assert parse(AUTHENTICATED).authentication_results == ()
    assert parse(AUTHENTICATED, trusted_authserv_ids={"other.example"}).authentication_results == ()
    found = parse(AUTHENTICATED, trusted_authserv_ids={"GW.acme.example"}).authentication_results
    assert [(entry.method, entry.result) for entry in found] == [("spf", "fail"), ("dkim", "pass"), ("dmarc", "fail")]
    assert found[1].get("header.d") == "evil.example"
    assert found[2].comment == "p=REJECT"


def test_it_does_not_believe_results_that_were_in_the_mail_before_it_was_handed_over() -> None:
    methods = {
        entry.method for entry in parse(AUTHENTICATED, trusted_authserv_ids={"gw.acme.example"}).authentication_results
    }
    assert "arc" not in methods


def test_it_believes_the_topmost_result_of_a_method() -> None:
    raw = b"Authentication-Results: gw; dmarc=fail\nAuthentication-Results: gw; dmarc=pass; spf=pass\n\n"
    found = parse(raw, trusted_authserv_ids={"gw"}).authentication_results
    assert [(entry.method, entry.result) for entry in found] == [("dmarc", "fail"), ("spf", "pass")]


def test_it_cuts_a_long_field_and_says_so() -> None:
    message = parse(b"X-Long: " + b"a" * 100_000 + b"\r\nSubject: s\r\n\r\n")
    assert len(message.header("x-long")) < 16_385
    assert message.subject == "s"
    assert message.defects == ("The header field X-Long was cut at 16 KB.",)


def test_it_says_when_a_field_is_there_twice() -> None:
    message = parse(b"From: a@a.example\nFrom: b@b.example\n\n")
    assert message.from_address == "a@a.example"
    assert "The header field from occurs more than once: the first was read." in message.defects


def test_it_tolerates_the_line_of_an_mbox() -> None:
    message = parse(b"From a@b.example Thu Jan  1 00:00:00 1970\nSubject: s\n\nbody")
    assert (message.subject, message.text) == ("s", "body")
