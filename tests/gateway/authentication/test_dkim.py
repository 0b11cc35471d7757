"""DKIM against generated keys, on a real DNS server."""

import base64
import time

import pytest
from asn1crypto.keys import PublicKeyInfo, RSAPublicKey

from gateway.authentication.dkim import MOST_SIGNATURES, check_dkim
from gateway.authentication.resolver import Resolver
from gateway.authentication.signed_message import SignedMessage
from tests.gateway.authentication.dns_server import BROKEN, SILENT, serving
from tests.gateway.authentication.signing import Signer, ed25519_key, mail, rsa_key

SIGNER = Signer()


def weak_key() -> str:
    """Return a public RSA key of 768 bits, which libraries no longer make."""
    numbers = RSAPublicKey({"modulus": (1 << 767) + 12345, "public_exponent": 65537})
    return base64.b64encode(PublicKeyInfo.wrap(numbers, "rsa").dump()).decode()


def checked(raw: bytes, zone: dict, **options):
    with serving(zone) as server:
        is_silent = SILENT in [kinds.get("TXT") for kinds in zone.values()]
        lookups = Resolver([server.address], query_seconds=0.3 if is_silent else 5).for_message()
        return check_dkim(SignedMessage(raw), lookups, now=options.pop("now", time.time()), **options)


def result(raw: bytes, zone: dict | None = None, **options) -> tuple[str, str]:
    (found,) = checked(raw, SIGNER.zone() if zone is None else zone, **options)
    return found.result, found.reason


@pytest.mark.parametrize("key", [rsa_key(1024), rsa_key(2048), ed25519_key()], ids=["rsa 1024", "rsa 2048", "ed25519"])
@pytest.mark.parametrize("canon", ["simple/simple", "simple/relaxed", "relaxed/simple", "relaxed/relaxed"])
def test_a_good_signature_passes(key, canon):
    signer = Signer(key=key, canon=canon)
    raw = signer.sign(mail("Hello  Bo, \r\n\tsee below.\t\r\n\r\n\r\n", subject="Two  words"))

    assert result(raw, signer.zone()) == ("pass", "the signature is good")
    assert result(raw.replace(b"\r\n", b"\n"), signer.zone())[0] == "pass", "a file may have other line breaks"


def test_the_example_of_the_standard_passes():
    raw = (
        b"DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n"
        b" d=football.example.com; i=@football.example.com;\r\n"
        b" q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n"
        b" subject : date : message-id : from : subject : date;\r\n"
        b" bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
        b" b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus\r\n"
        b" Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==\r\n"
        b"From: Joe SixPack <joe@football.example.com>\r\n"
        b"To: Suzie Q <suzie@shopping.example.net>\r\n"
        b"Subject: Is dinner ready?\r\n"
        b"Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n"
        b"Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n"
        b"\r\n"
        b"Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n"
    )
    key = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

    assert result(raw, {"brisbane._domainkey.football.example.com": {"TXT": [key]}})[0] == "pass"


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        (b"minutes are", b"invoice is", "the body was changed"),
        (b"Subject: Minutes", b"Subject: Urgent", "the header fields were changed"),
        (b"ann@partner", b"eve@partner", "the header fields were changed"),
        (b"t=1", b"t=2", "the header fields were changed"),
    ],
)
def test_what_was_changed_fails(before, after, why):
    raw = SIGNER.sign(mail())
    assert before in raw

    found, reason = result(raw.replace(before, after, 1))

    assert found == "fail"
    assert why in reason


def test_a_signature_under_another_key_fails():
    raw = SIGNER.sign(mail())

    assert result(raw, Signer(key=rsa_key(2048, "another")).zone())[0] == "fail"


def test_a_replayed_signature_says_nothing_of_a_second_author():
    raw = SIGNER.sign(mail())

    found, reason = result(b"From: boss@acme.example\r\n" + raw)

    assert (found, reason) == ("policy", "a From field is not signed")


def test_an_expired_signature_fails():
    now = int(time.time())
    raw = SIGNER.sign(mail(), t=str(now - 7200), x=str(now - 3600))

    assert result(raw) == ("fail", "the signature has expired")
    assert result(raw, now=now - 5000)[0] == "pass", "it held when the message arrived"


def test_a_part_of_a_body_is_not_the_message():
    body = "Hello Bo.\r\n"
    raw = SIGNER.sign(mail(body), l=str(len(body)))

    assert result(raw)[0] == "pass", "all of it is signed"
    found, reason = result(raw + b"<a href='https://evil.example/'>Sign in</a>\r\n")
    assert found == "policy"
    assert "only 11 of" in reason
    assert result(SIGNER.sign(mail(body), l="5000"))[0] == "fail", "less arrived than was signed"


@pytest.mark.parametrize(
    ("zone", "found", "why"),
    [
        ({}, "permerror", "no key is published"),
        ({"s1._domainkey.partner.example": {"TXT": [f"v=DKIM1; p={weak_key()}"]}}, "policy", "a key of 768 bits"),
        (SIGNER.zone("h=sha1; "), "permerror", "does not allow SHA-256"),
        (SIGNER.zone("s=tlsrpt; "), "permerror", "not for mail"),
        ({"s1._domainkey.partner.example": {"TXT": ["v=DKIM1; p="]}}, "fail", "was revoked"),
        ({"s1._domainkey.partner.example": {"TXT": ["v=DKIM1; p=AAAA"]}}, "permerror", "can't be read"),
        ({"s1._domainkey.partner.example": {"TXT": SILENT}}, "temperror", "could not be asked"),
        ({"s1._domainkey.partner.example": {"TXT": BROKEN}}, "temperror", "could not be asked"),
    ],
)
def test_keys_that_are_not_there_or_not_accepted(zone, found, why):
    what, reason = result(SIGNER.sign(mail()), zone)

    assert what == found
    assert why in reason


def test_a_key_in_test_makes_no_failure():
    raw = SIGNER.sign(mail())

    assert result(raw, SIGNER.zone("t=y; "))[0] == "pass"
    assert result(raw.replace(b"Minutes", b"Urgent"), SIGNER.zone("t=y; "))[0] == "neutral"


def test_a_strict_key_takes_no_identity_of_a_subdomain():
    raw = SIGNER.sign(mail(), i="ann@sub.partner.example")

    assert result(raw)[0] == "pass"
    assert result(raw, SIGNER.zone("t=s; "))[0] == "fail"


@pytest.mark.parametrize(
    "tags",
    [
        {"v": "2"},
        {"d": ""},
        {"h": "to:subject"},
        {"i": "ann@elsewhere.example"},
        {"c": "relaxed/other"},
        {"q": "ldap"},
        {"x": "5", "t": "9"},
        {"l": "-1"},
    ],
)
def test_faulty_signatures_are_errors(tags):
    assert result(SIGNER.sign(mail(), **tags))[0] == "permerror"


def test_sha1_is_not_accepted():
    assert result(SIGNER.sign(mail(), a="rsa-sha1"))[0] == "policy"


@pytest.mark.parametrize(
    "added",
    ["Subject: Pay this bill", "Content-Type: text/html", "To: everybody@acme.example", "Reply-To: a@x.example"],
)
def test_a_replayed_signature_does_not_cover_what_was_put_before_it(added):
    raw = SIGNER.sign(mail(reply_to="ann@partner.example", content_type="text/plain"), h="from:to:subject")

    assert result(raw)[0] == "pass"
    found, reason = result(f"{added}\r\n".encode() + raw)
    assert found == "policy"
    assert "is not signed" in reason


def test_a_line_that_is_no_field_may_end_the_header_for_others():
    raw = b"From: ann@partner.example\r\nPay this bill.\r\n" + SIGNER.sign(mail())

    assert result(raw) == ("policy", "the header has a line that is no field")


def test_a_header_with_bare_carriage_returns_is_not_trusted():
    raw = b"X-Note: a\rFrom: boss@acme.example\r\rPay now.\r\n" + SIGNER.sign(mail())

    assert result(raw) == ("policy", "the header has bare carriage returns")


def test_many_signatures_are_not_all_checked_and_the_authors_come_first():
    strangers = b"".join(
        Signer(domain=f"d{number}.example").sign(mail()).partition(b"From:")[0] for number in range(20)
    )
    raw = strangers + SIGNER.sign(mail())

    found = checked(raw, SIGNER.zone(), author="partner.example")

    assert len(found) == MOST_SIGNATURES
    assert found[0].domain == "partner.example"
    assert found[0].result == "pass"
