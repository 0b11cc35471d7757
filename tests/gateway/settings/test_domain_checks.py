"""What DNS says of protected domains, as the API serves it."""

from datetime import UTC, datetime

import pytest

from gateway.authentication.configured import forget
from gateway.domain_checks.checking import check_domains, record_name, record_value
from gateway.models import Domain
from tests.gateway.authentication.dns_server import BROKEN, serving
from tests.gateway.policy_rows import protect


@pytest.fixture
def dns(settings):
    with serving({"": {"NS": ["ns.example."]}}) as server:
        settings.GATEWAY_DNS = server.address
        forget()
        yield server
    forget()


def row() -> Domain:
    return Domain.objects.using("gateway").get()


def checked(dns, **records: str) -> Domain:
    """Look the protected domain up anew, with these TXT records at it and at _dmarc."""
    dns.zone["acme.example"] = {"TXT": [records["spf"]] if "spf" in records else []}
    dns.zone["_dmarc.acme.example"] = {"TXT": [records["dmarc"]] if "dmarc" in records else []}
    forget()
    if not Domain.objects.using("gateway").exists():
        protect("acme.example")
    Domain.objects.using("gateway").update(dns_due_at=None, txt_value="abc")
    check_domains()
    return row()


@pytest.mark.parametrize(
    ("spf", "status"),
    [
        ("v=spf1 ip4:192.0.2.1 -all", "good"),
        ("v=spf1 ip4:192.0.2.1 ~all", "good"),
        ("v=spf1 ip4:192.0.2.1 ?all", "neutral"),
        ("v=spf1 ip4:192.0.2.1", "neutral"),
        ("v=spf1 +all", "open"),
        ("v=spf1 ip4:198.0.0.0/7 -all", "open"),
        ("v=spf1 include:acme.example -all", "invalid"),
        ("v=spf1 nonsense:", "invalid"),
        ("other text", "none"),
    ],
)
def test_spf_is_told_by_what_it_lets_strangers_do(dns, spf, status):
    assert checked(dns, spf=spf).spf_status == status


@pytest.mark.parametrize(
    ("dmarc", "status"), [("v=DMARC1; p=reject", "good"), ("v=DMARC1; p=no", "invalid"), ("nothing", "none")]
)
def test_dmarc_is_told(dns, dmarc, status):
    assert checked(dns, dmarc=dmarc).dmarc_status == status


def test_the_proof_of_ownership_is_looked_for_and_served(dns, client):
    before = checked(dns)
    served = client.settings.domains.get(str(before.pk))
    assert served.authorization.authorized is False
    assert client.settings.domains.verification(str(before.pk)).status == "PENDING"

    dns.zone[record_name("acme.example")] = {"TXT": ["unrelated", record_value(before)]}
    checked(dns, spf="v=spf1 -all")

    served = client.settings.domains.get(str(before.pk))
    assert (served.authorization.authorized, served.spf_status, served.dmarc_status) == (True, "good", "none")
    found = client.settings.domains.verification(str(before.pk))
    assert (found.status, found.last_checked_at is not None) == ("ACTIVE", True)


def test_what_can_not_be_asked_for_leaves_what_is_known(dns):
    checked(dns, spf="v=spf1 -all")
    dns.zone["acme.example"] = {"TXT": BROKEN}
    forget()
    Domain.objects.using("gateway").update(dns_due_at=None)

    check_domains()

    assert row().spf_status == "good"
    assert row().dns_due_at > datetime.now(UTC)


def test_a_domain_is_looked_up_once_an_hour(dns):
    checked(dns)
    assert check_domains() == 0


def test_nothing_is_looked_up_without_dns(settings):
    settings.GATEWAY_DNS = "off"
    protect("acme.example")
    assert check_domains() == 0
    assert row().dns_checked_at is None
