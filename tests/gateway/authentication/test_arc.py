"""ARC chains by generated keys, on a real DNS server."""

import time

import pytest

from gateway.authentication.arc import check_arc
from gateway.authentication.resolver import Resolver
from gateway.authentication.signed_message import SignedMessage
from tests.gateway.authentication.dns_server import serving
from tests.gateway.authentication.signing import Signer, ed25519_key, mail

LIST = Signer("list.example", "arc")
FORWARDER = Signer("forwarder.example", "arc", ed25519_key())
ZONE = LIST.zone() | FORWARDER.zone()
CLEAN = "mx.list.example; dkim=pass header.d=partner.example; dmarc=pass header.from=partner.example"


def checked(raw: bytes, zone: dict | None = None):
    with serving(ZONE if zone is None else zone) as server:
        lookups = Resolver([server.address], query_seconds=5).for_message()
        return check_arc(SignedMessage(raw), lookups, now=time.time())


def test_a_chain_of_two_holds():
    raw = FORWARDER.seal(LIST.seal(mail(), 1, CLEAN), 2, "mx.forwarder.example; arc=pass; dmarc=fail")

    found = checked(raw)

    assert (found.result, found.sealers) == ("pass", ("forwarder.example", "list.example"))
    assert b"mx.forwarder.example" in found.results_field


def test_mail_without_a_chain_has_none():
    assert checked(mail()).result == "none"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"minutes are", b"invoice is"),
        (b"dmarc=pass", b"dmarc=fail"),
        (b"cv=none", b"cv=pass"),
        (b"Subject: Minutes", b"Subject: Urgent"),
    ],
)
def test_a_chain_breaks_by_a_change(before, after):
    raw = LIST.seal(mail(), 1, CLEAN)
    assert before in raw

    assert checked(raw.replace(before, after, 1)).result == "fail"


def test_a_chain_without_a_link_breaks():
    raw = FORWARDER.seal(LIST.seal(mail(), 1, CLEAN), 2, "mx.forwarder.example; arc=pass")
    fields = raw.split(b"\r\n")
    without = b"\r\n".join(one for one in fields if not one.startswith(b"ARC-Seal: i=1"))

    assert checked(without).result == "fail"
    assert checked(raw + b"", LIST.zone()).result == "fail", "the forwarder's key is not published"


def test_a_seal_that_says_the_chain_broke_is_believed():
    raw = FORWARDER.seal(LIST.seal(mail(), 1, CLEAN), 2, "mx.forwarder.example; arc=fail", cv="fail")

    assert checked(raw).result == "fail"


def test_an_own_seal_over_a_copied_chain_breaks():
    """A replay: the sets of another message, under a new one of one's own."""
    stolen = LIST.seal(mail(), 1, CLEAN).partition(b"From:")[0]
    raw = FORWARDER.seal(stolen + mail("Pay this bill.\r\n"), 2, "mx.forwarder.example; arc=pass; dmarc=pass")

    # The chain itself holds, since each seal covers only the ARC fields: who sealed last has to be trusted.
    assert checked(raw).sealers[0] == "forwarder.example"
