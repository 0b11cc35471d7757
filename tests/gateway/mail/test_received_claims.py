"""What a client says of itself in a Received field is never taken for what the server saw."""

import pytest

from gateway.mail.received import parse_received


@pytest.mark.parametrize(
    ("field", "ip", "name"),
    [
        (
            b"from [203.0.113.5] (helo=mx.partner.example)\r\n\tby mail with esmtp (Exim 4.96)",
            "203.0.113.5",
            "mx.partner.example",
        ),
        (b"from mx.real.example ([203.0.113.5] helo=other.example) by mail", "203.0.113.5", "other.example"),
        (b"from [203.0.113.5] (helo=[198.51.100.9]) by mail", "203.0.113.5", "198.51.100.9"),
        (
            b"from mx.real.example ([203.0.113.5] ident=198.51.100.9 helo=[198.51.100.9]) by mail",
            "203.0.113.5",
            "198.51.100.9",
        ),
        (b"from mx.partner.example ([203.0.113.5]) by mail", "203.0.113.5", "mx.partner.example"),
        (b"from said.example (real.example [203.0.113.5]) by mail (Postfix)", "203.0.113.5", "said.example"),
    ],
)
def test_the_address_is_what_the_server_saw(field, ip, name):
    hop = parse_received(field + b" id 1; Fri, 27 Nov 2026 10:00:00 +0000")
    assert (hop.from_ip, hop.from_name) == (ip, name)
