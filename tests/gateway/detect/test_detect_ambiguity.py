"""What mail programs read differently is a finding."""

import pytest

from gateway.detect import Envelope
from gateway.detect.defang import defang
from gateway.mail.parser import parse
from gateway.policies.senders import Place, senders, trustworthy
from tests.gateway.detect.letters import letter, names, verdict

BOTH = (
    "Eve <eve@evil.test>, Anna Weber <anna.weber@acme.example>",
    '"Anna Weber" <anna.weber@acme.example> <eve@evil.test>',
    "Anna Weber <anna.weber@acme.example>\nFrom: Eve <eve@evil.test>",
)


def written(sender: str) -> bytes:
    """Return a message with a From field that the standard library would not write."""
    return letter("See you at noon.").replace(b"Sam Sender <sam@sender.test>", sender.encode(), 1)


@pytest.mark.parametrize("sender", BOTH)
def test_an_own_address_beside_a_strangers_is_suspicious(sender: str) -> None:
    found = verdict(written(sender))
    assert "several-senders" in names(found)
    assert found.disposition in {"SUSPICIOUS", "SPOOF", "MALICIOUS"}


def test_the_name_of_a_person_of_the_registry_counts_for_each_sender() -> None:
    found = verdict(written('"Tom Ortega" <tom@sender.test> <t.ortega@acme.example>'))
    assert "registry-name" in names(found)
    found = verdict(written("Sam <sam@sender.test>, Tom Ortega <tom@other.test>"))
    assert "registry-name" in names(found)


def test_a_second_sender_of_a_lookalike_domain_is_found() -> None:
    found = verdict(written("Sam <sam@sender.test>, Anna <anna@acme-mail.test>"))
    assert any(
        finding.name == "lookalike-domain" and defang("anna@acme-mail.test") in finding.reason
        for finding in found.findings
    )


def test_two_authors_of_one_organisation_are_not_suspicious() -> None:
    found = verdict(written("Sam <sam@sender.test>, Kim <kim@sender.test>"))
    assert (found.disposition, names(found)) == ("NONE", {"several-senders"})


def test_one_sender_is_no_finding() -> None:
    assert names(verdict(letter("See you at noon."))) == set()


def test_contradicting_fields_are_suspicious() -> None:
    raw = letter("See you at noon.").replace(b"Content-Type:", b"Content-Type: text/html\nContent-Type:", 1)
    found = verdict(raw)
    assert (found.disposition, names(found)) == ("SUSPICIOUS", {"contradicting-fields"})


@pytest.mark.parametrize("sender", BOTH)
def test_every_sender_is_compared_and_none_of_several_is_trusted(sender: str) -> None:
    found = senders(parse(written(sender)), Envelope(mail_from="bounce@evil.test", client_ip="192.0.2.7"))
    compared = {entry.value for entry in found if entry.what == Place.FROM}
    assert compared == {"anna.weber@acme.example", "eve@evil.test"}
    assert [entry.what for entry in trustworthy(found)] == [Place.ENVELOPE, Place.SERVER, Place.SERVER_NAME]
    single = senders(parse(written("Sam <sam@sender.test>")), Envelope())
    assert trustworthy(single) == single
