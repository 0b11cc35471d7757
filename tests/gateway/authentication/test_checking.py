"""All methods together: alignment, policies, what was recorded before, and what can't be asked."""

import time

import pytest

from gateway.authentication.checking import CHECKED_HERE, Transaction, authenticate
from gateway.authentication.resolver import Resolver
from gateway.mail.message import AuthResult
from gateway.mail.parser import parse
from tests.gateway.authentication.dns_server import BROKEN, SILENT, serving
from tests.gateway.authentication.signing import Signer, ed25519_key, mail

PARTNER = Signer()
NEWSLETTER = Signer("news.partner.example")
LIST = Signer("list.example", "arc", ed25519_key())
SPF = {"partner.example": {"TXT": ["v=spf1 ip4:192.0.2.1 -all"]}}


def dmarc(text: str, domain: str = "partner.example") -> dict:
    return {f"_dmarc.{domain}": {"TXT": [text]}}


def checked(raw: bytes, zone: dict, *, ip: str = "192.0.2.1", mail_from: str = "ann@partner.example", **options):
    late, known = options.pop("is_late", False), options.pop("is_sender_known", True)
    transaction = Transaction(ip, "mx.partner.example", mail_from, time.time(), known, late)
    is_silent = SILENT in [value for kinds in zone.values() for value in kinds.values()]
    with serving(zone) as server:
        lookups = Resolver([server.address], query_seconds=0.3 if is_silent else 5).for_message()
        return authenticate(raw, parse(raw), transaction, lookups, **options)


def results(*arguments, **options) -> dict[str, str]:
    return {entry.method: entry.result for entry in checked(*arguments, **options).results}


def test_an_aligned_signature_passes_dmarc_although_spf_fails():
    zone = SPF | PARTNER.zone() | dmarc("v=DMARC1; p=reject")

    found = results(PARTNER.sign(mail()), zone, ip="192.0.2.99")

    assert found == {"spf": "fail", "dkim": "pass", "dmarc": "pass"}


def test_an_aligned_spf_passes_dmarc_without_a_signature():
    assert results(mail(), SPF | dmarc("v=DMARC1; p=reject")) == {"spf": "pass", "dmarc": "pass"}


def test_what_another_domain_proves_is_not_aligned():
    stranger = Signer("stranger.example")
    zone = stranger.zone() | dmarc("v=DMARC1; p=reject")
    zone |= {"stranger.example": {"TXT": ["v=spf1 +all"]}}

    found = checked(stranger.sign(mail()), zone, mail_from="x@stranger.example")

    assert {entry.method: entry.result for entry in found.results} == {"spf": "pass", "dkim": "pass", "dmarc": "fail"}
    assert found.results[-1].get("policy.published-domain-policy") == "reject"


@pytest.mark.parametrize(("record", "found"), [("v=DMARC1; p=reject", "pass"), ("v=DMARC1; p=reject; adkim=s", "fail")])
def test_a_subdomain_is_aligned_unless_the_domain_is_strict(record, found):
    zone = NEWSLETTER.zone() | dmarc(record)

    assert results(NEWSLETTER.sign(mail()), zone, ip="192.0.2.99", mail_from="")["dmarc"] == found


@pytest.mark.parametrize(
    ("record", "policy"),
    [
        ("v=DMARC1; p=reject; sp=none", "none"),
        ("v=DMARC1; p=quarantine", "quarantine"),
        ("v=DMARC1; p=none; sp=reject", "reject"),
        ("v=DMARC1; p=reject; pct=0", "quarantine"),
    ],
)
def test_a_subdomain_has_the_policy_of_its_organisation(record, policy):
    raw = mail(from_="Ann <ann@a.b.partner.example>")

    found = checked(raw, dmarc(record), mail_from="x@stranger.example")

    assert found.results[-1].result == "fail"
    assert found.results[-1].get("policy.published-domain-policy") == policy


def test_a_public_suffix_is_no_organisation():
    raw = mail(from_="Ann <ann@partner.co.uk>")
    zone = dmarc("v=DMARC1; p=reject", "partner.co.uk") | {"other.co.uk": {"TXT": ["v=spf1 +all"]}}

    assert results(raw, zone, mail_from="x@other.co.uk")["dmarc"] == "fail"


@pytest.mark.parametrize("record", ["v=DMARC1", "v=DMARC1; p=maybe", "v=DMARC1; =x; p=reject"])
def test_a_policy_that_can_not_be_read_is_an_error(record):
    assert results(mail(), dmarc(record))["dmarc"] == "permerror"


def test_several_authors_fail():
    raw = mail(from_="Ann <ann@partner.example>, Boss <boss@acme.example>")

    assert results(raw, SPF | dmarc("v=DMARC1; p=none"))["dmarc"] == "fail"


def test_a_domain_without_a_policy_is_none():
    assert results(mail(), SPF) == {"spf": "pass", "dmarc": "none"}


def test_a_policy_that_can_not_be_asked_for_decides_nothing_but_holds_the_mail():
    found = checked(mail(), SPF | {"_dmarc.partner.example": {"TXT": SILENT}})

    assert found.results[-1].result == "temperror"
    assert found.unanswered == ("The DMARC policy of partner.example could not be asked for.",)


@pytest.mark.parametrize(
    ("policy", "own", "is_held"),
    [("reject", False, True), ("none", False, False), ("none", True, True)],
)
def test_a_key_that_can_not_be_asked_for_holds_the_mail_if_it_decides(policy, own, is_held):
    zone = {"s1._domainkey.partner.example": {"TXT": BROKEN}} | dmarc(f"v=DMARC1; p={policy}")

    found = checked(PARTNER.sign(mail()), zone, ip="192.0.2.99", is_own=lambda _domain: own)

    assert [entry.result for entry in found.results if entry.method in {"dkim", "dmarc"}] == ["temperror"] * 2
    assert bool(found.unanswered) == is_held


def test_what_a_trusted_server_recorded_is_not_checked_again():
    recorded = (
        AuthResult("mx.acme.example", "spf", "fail", (("smtp.mailfrom", "ann@partner.example"),), ""),
        AuthResult("mx.acme.example", "dkim", "pass", (("header.d", "partner.example"),), ""),
    )

    found = checked(mail(), SPF | dmarc("v=DMARC1; p=reject"), recorded=recorded)

    assert [(entry.authserv_id, entry.method, entry.result) for entry in found.results] == [
        ("mx.acme.example", "spf", "fail"),
        ("mx.acme.example", "dkim", "pass"),
        (CHECKED_HERE, "dmarc", "pass"),
    ]


def test_old_mail_only_gains_what_still_holds():
    zone = SPF | dmarc("v=DMARC1; p=reject")

    assert results(PARTNER.sign(mail()), zone, ip="192.0.2.99", is_late=True) == dict.fromkeys(
        ["spf", "dkim", "dmarc"], "none"
    )
    assert results(PARTNER.sign(mail()), zone | PARTNER.zone(), ip="192.0.2.99", is_late=True)["dmarc"] == "pass"


def test_a_guessed_sender_is_not_checked_by_spf():
    assert "spf" not in results(mail(), SPF, is_sender_known=False)


@pytest.mark.parametrize(
    ("sealers", "claim", "found"),
    [
        ({"list.example"}, "dmarc=pass header.from=partner.example", "pass"),
        (set(), "dmarc=pass header.from=partner.example", "neutral"),
        ({"list.example"}, "dmarc=fail", "neutral"),
        ({"other.example"}, "dmarc=pass", "neutral"),
    ],
)
def test_a_chain_counts_only_from_a_trusted_sealer_that_saw_dmarc_pass(sealers, claim, found):
    changed = PARTNER.sign(mail()).replace(b"attached.", b"attached.\r\n-- \r\nThe list")
    raw = LIST.seal(changed, 1, f"mx.list.example; {claim}")
    zone = LIST.zone() | PARTNER.zone() | dmarc("v=DMARC1; p=reject")

    got = results(raw, zone, mail_from="bounce@list.example", trusted_sealers=frozenset(sealers))

    assert got["arc"] == found
    assert got["dmarc"] == "fail", "the list's change broke the signature either way"


def test_a_header_that_can_be_read_in_two_ways_proves_nothing():
    raw = PARTNER.sign(mail())
    parsed = parse(b"From: boss@acme.example\r\n" + raw)
    transaction = Transaction("192.0.2.99", "mx", "ann@partner.example", time.time())
    with serving(PARTNER.zone()) as server:
        lookups = Resolver([server.address], query_seconds=5).for_message()

        found = authenticate(raw, parsed, transaction, lookups)

    assert [entry.result for entry in found.results if entry.method == "dkim"] == ["policy"]
