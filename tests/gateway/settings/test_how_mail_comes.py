"""How mail has to come: named servers, TLS, own servers before this one, and domains that may be new."""

import datetime
import smtplib
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.utils import timezone

from gateway.detect import Envelope
from gateway.importing.envelope import imported_envelope
from gateway.intake.recipients import NOT_A_NAMED_SERVER, TLS_NEEDED, Recipients
from gateway.models import Domain, Message, SendingDomainRestriction
from gateway.pipeline import accept
from gateway.store import policy_cache
from tests.gateway.conftest import ACCOUNT
from tests.gateway.mails import mail
from tests.gateway.policy_rows import protect

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "gateway"])

BO = "bo@acme.example"
RECEIVED = (
    b"Received: from mx.acme.example ([192.0.2.20]) by in.acme.example with ESMTP; Fri, 27 Nov 2026 10:00:02 GMT\r\n"
    b"Received: from out.partner.example ([198.51.100.7]) by mx.acme.example with %s; Fri, 27 Nov 2026 10:00:01 GMT\r\n"
)


@pytest.fixture
def domain():
    """Return a function that sets fields of the protected domain."""
    protect("acme.example")

    def change(**fields):
        Domain.objects.using("gateway").update(**fields)
        policy_cache.changing(ACCOUNT)
        policy_cache.forget()

    return change


def restrict(domain: str, *exclude: str) -> None:
    now = timezone.now()
    SendingDomainRestriction(
        account_id=ACCOUNT, domain=domain, exclude=list(exclude), created_at=now, modified_at=now
    ).keyed().save(using="gateway")
    policy_cache.forget()


@pytest.mark.parametrize(
    ("peer", "reply"),
    [("192.0.2.9", None), ("2001:db8::1", None), ("192.0.3.1", NOT_A_NAMED_SERVER), ("", NOT_A_NAMED_SERVER)],
)
def test_only_named_servers_hand_mail_over(domain, peer, reply):
    domain(ip_restrictions=["192.0.2.0/24", "2001:db8::/32"])

    assert Recipients().refusal(BO, peer=peer) == reply


def test_a_domain_without_restrictions_takes_mail_from_everybody(domain):
    assert Recipients().refusal(BO, peer="203.0.113.9") is None


def test_a_domain_may_need_tls(domain):
    domain(require_tls_inbound=True)

    assert Recipients().refusal(BO, peer="192.0.2.9") == TLS_NEEDED
    assert Recipients().refusal(BO, peer="192.0.2.9", is_tls=True) is None


@pytest.mark.parametrize(
    ("sender", "reply"),
    [
        ("ann@partner.example", TLS_NEEDED),
        ("ann@sub.partner.example", TLS_NEEDED),
        ("ann@old.partner.example", None),
        ("ann@other.example", None),
        ("", None),
    ],
)
def test_a_sending_domain_may_need_tls(domain, sender, reply):
    restrict("partner.example", "old.partner.example")

    assert Recipients().refusal(BO, peer="192.0.2.9", sender=sender) == reply


@pytest.mark.parametrize(
    ("protocol", "disposition"), [(b"ESMTP", "SPOOF"), (b"ESMTPS", "NONE"), (b"local", "NONE"), (b"UTF8SMTPSA", "NONE")]
)
def test_what_an_own_server_took_without_tls_is_held_against_it(domain, protocol, disposition):
    restrict("partner.example")
    domain(lookback_hops=2)

    message = accept((RECEIVED % protocol) + mail(), imported_envelope, imported=True).message

    assert message.final_disposition == disposition


@pytest.mark.parametrize(
    ("hops", "ip"), [(None, "198.51.100.7"), (1, "192.0.2.20"), (2, "198.51.100.7"), (9, "198.51.100.7")]
)
def test_the_senders_server_stands_behind_ones_own(domain, hops, ip):
    domain(lookback_hops=hops)
    envelope = Envelope("ann@partner.example", (BO,), from_own_peer=True)

    message = accept((RECEIVED % b"ESMTPS") + mail(), envelope).message

    assert message.smtp_helo_server_ip == ip


def test_a_stranger_can_not_hide_behind_received_fields(domain):
    domain(lookback_hops=2)
    envelope = Envelope("ann@partner.example", (BO,), "203.0.113.9", "evil.example", is_direct=True)

    assert accept((RECEIVED % b"ESMTPS") + mail(), envelope).message.smtp_helo_server_ip == "203.0.113.9"


@pytest.fixture
def certificate(tmp_path, settings):
    """A certificate of its own for the intake."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, SHA256())
    )
    path = tmp_path / "intake.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(secret + made.public_bytes(Encoding.PEM))
    settings.GATEWAY_SMTP_CERTIFICATE = str(path)


def test_starttls_lets_in_what_has_to_use_it(certificate, domain, intake):
    domain(require_tls_inbound=True)
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with smtplib.SMTP("127.0.0.1", intake, timeout=20) as smtp:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            smtp.sendmail("ann@partner.example", [BO], mail())
        assert refused.value.recipients[BO][0] == 530
        smtp.starttls(context=context)
        assert smtp.sendmail("ann@partner.example", [BO], mail(body="x" * 300_000)) == {}

    assert Message.objects.using("gateway").count() == 1


def test_without_a_certificate_starttls_is_not_offered(intake):
    with smtplib.SMTP("127.0.0.1", intake, timeout=20) as smtp:
        smtp.ehlo()
        assert not smtp.has_extn("starttls")
