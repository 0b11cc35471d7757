"""Authentication of mail that arrives, is imported, and is judged again: what is stored, held and asked once more."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from gateway.authentication.configured import forget
from gateway.delivery.ledger import DATABASE
from gateway.detect import Envelope
from gateway.importing.envelope import imported_envelope
from gateway.models import Delivery, Message, UnreadMessage
from gateway.pipeline import accept, judge_stored
from gateway.rejudging.read_again import read_unread_again
from gateway.store.arrival_results import recorded_results
from gateway.store.raw_mail import read_raw
from tests.gateway.authentication.dns_server import BROKEN, SILENT, serving
from tests.gateway.authentication.signing import Signer, mail

PARTNER = Signer()
ZONE = {
    "": {"NS": ["ns.example."]},
    "partner.example": {"TXT": ["v=spf1 ip4:192.0.2.1 -all"]},
    "_dmarc.partner.example": {"TXT": ["v=DMARC1; p=reject"]},
} | PARTNER.zone()


@pytest.fixture
def dns(settings):
    """A name server that the gateway asks, with the partner's zone."""
    with serving(dict(ZONE)) as server:
        settings.GATEWAY_DNS = server.address
        settings.GATEWAY_DNS_SECONDS = 3
        forget()
        yield server
    forget()


def arrives(raw: bytes, ip: str = "192.0.2.1", *, is_direct: bool = True, mail_from: str = "ann@partner.example"):
    envelope = Envelope(mail_from, ("bo@acme.example",), ip, "mx.partner.example", is_direct=is_direct)
    return accept(raw, envelope).message


def statuses(message: Message) -> set[str]:
    return set(Delivery.objects.using(DATABASE).filter(message=message).values_list("status", flat=True))


def test_what_was_found_is_in_validation_and_trace(dns):
    message = arrives(PARTNER.sign(mail()))

    assert [message.validation[method] for method in ("spf", "dkim", "dmarc")] == ["pass"] * 3
    assert "partner.example lets 192.0.2.1 send" in message.validation["comment"]
    assert message.final_disposition == "NONE"
    assert [entry.method for entry in recorded_results(message)] == ["spf", "dkim", "dmarc"]


def test_mail_that_its_domain_disowns_is_held(dns):
    message = arrives(mail(), "192.0.2.99")

    assert message.final_disposition == "SPOOF"
    assert message.is_quarantined
    assert any("asks receivers to reject" in reason for reason in message.detection_reasons)


def test_what_a_stranger_writes_about_authentication_does_not_count(dns, settings):
    settings.GATEWAY_TRUSTED_AUTHSERV_IDS = ["mx.acme.example"]
    raw = b"Authentication-Results: mx.acme.example; dmarc=pass header.from=partner.example\r\n" + mail()

    assert arrives(raw, "192.0.2.99").validation["dmarc"] == "fail"
    assert arrives(raw, "192.0.2.99", is_direct=False).validation["dmarc"] == "pass", "the own server wrote it"


def test_mail_whose_sender_can_not_be_asked_for_is_held_and_asked_again(dns):
    dns.zone["_dmarc.partner.example"] = {"TXT": BROKEN}
    message = arrives(mail())

    assert message.validation["dmarc"] == "error"
    assert message.final_disposition == "SUSPICIOUS"
    assert statuses(message) == {"quarantined"}

    dns.zone["_dmarc.partner.example"] = ZONE["_dmarc.partner.example"]
    forget()
    UnreadMessage.objects.using(DATABASE).update(try_after=datetime.now(UTC))
    read_unread_again()

    message.refresh_from_db()
    assert message.validation["dmarc"] == "pass"
    assert message.final_disposition == "NONE"
    assert statuses(message) == {"delivered"}
    assert not UnreadMessage.objects.using(DATABASE).exists()


def test_mail_that_can_still_not_be_asked_for_stays_held(dns):
    dns.zone["_dmarc.partner.example"] = {"TXT": BROKEN}
    message = arrives(mail())
    for _attempt in range(5):
        forget()
        UnreadMessage.objects.using(DATABASE).update(try_after=datetime.now(UTC))
        read_unread_again()

    assert statuses(message) == {"quarantined"}
    assert UnreadMessage.objects.using(DATABASE).get().try_after is not None, "it is asked again for a day"


def test_a_resolver_that_never_answers_slows_intake_by_its_limit(dns):
    dns.zone |= {name: {"TXT": SILENT, "A": SILENT} for name in ZONE}
    begun = time.monotonic()
    message = arrives(PARTNER.sign(PARTNER.sign(mail())))

    assert time.monotonic() - begun < 3 + 5, "the limit, and the time to parse and store"
    assert {message.validation[method] for method in ("spf", "dkim", "dmarc")} == {"error"}
    assert statuses(message) == {"quarantined"}


def test_a_machine_without_name_servers_checks_nothing_and_holds_nothing(settings, monkeypatch):
    settings.GATEWAY_DNS = "auto"
    monkeypatch.setattr("dns.resolver.Resolver.read_resolv_conf", lambda resolver, _file: None)
    forget()

    message = arrives(mail())

    assert message.final_disposition == "NONE"
    assert statuses(message) == {"delivered"}
    assert message.validation["comment"].startswith("Not checked: DNS is switched off, or no name server answers")
    forget()


def test_what_was_proven_on_arrival_still_counts_when_the_key_is_gone(dns):
    message = arrives(PARTNER.sign(mail()), "192.0.2.99")
    assert message.validation["dkim"] == "pass"
    dns.zone.clear()
    forget()
    dns.asked.clear()

    known = judge_stored(
        read_raw(message.raw),
        Envelope(message.envelope_from, ("bo@acme.example",), "192.0.2.99"),
        account_id=message.account_id,
        stored=message,
    )

    assert known.verdict.validation.dmarc == "pass"
    assert dns.asked == []


def imported(raw: bytes, days: int) -> Message:
    stamp = (datetime.now(UTC) - timedelta(days=days)).strftime("%a, %d %b %Y %H:%M:%S +0000")
    received = (
        "Return-Path: <ann@partner.example>\r\n"
        f"Received: from mx.partner.example ([192.0.2.99]) by mx.acme.example; {stamp}\r\n"
    )
    return accept(received.encode() + raw, imported_envelope, imported=True).message


def test_imported_mail_is_checked_by_what_it_still_has(dns):
    assert imported(PARTNER.sign(mail()), 400).validation["dmarc"] == "pass"
    old = imported(mail(subject="Old"), 400)
    assert [old.validation[method] for method in ("spf", "dkim", "dmarc")] == ["none"] * 3, "records have changed since"
    assert imported(mail(subject="New"), 0).validation["dmarc"] == "fail"
