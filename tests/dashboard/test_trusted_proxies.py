"""What a proxy says counts from the proxies that a setting names, and from nobody else."""

from ipaddress import ip_network

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from dashboard.audit.models import AuditEntry
from dashboard.environment import networks
from dashboard.middleware import TrustedProxiesMiddleware

PROXY, STRANGER = "192.0.2.9", "203.0.113.66"
SAID = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.7", "X-Forwarded-Host": "evil.example"}
MORE = {"Forwarded": "for=198.51.100.7", "X-Real-IP": "198.51.100.7", "X-Request-ID": "12345678"}


@pytest.fixture(autouse=True)
def behind_tls(settings):
    settings.GATEHOUSE_TLS = settings.SECURE_SSL_REDIRECT = settings.GATEHOUSE_TRUST_REQUEST_ID = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.GATEHOUSE_TRUSTED_PROXIES = (ip_network("192.0.2.0/28"), ip_network("::1"))


def seen(peer: str) -> dict[str, str]:
    """Return the proxy's fields that reach the application."""
    found: list[dict[str, str]] = []

    def application(request):
        found.append({name: request.headers[name] for name in SAID | MORE if name in request.headers})
        return HttpResponse()

    TrustedProxiesMiddleware(application)(RequestFactory().get("/", REMOTE_ADDR=peer, headers=SAID | MORE))
    return found[0]


@pytest.mark.parametrize("peer", [PROXY, "::1", "::ffff:192.0.2.9", ""])
def test_a_named_proxy_is_believed(peer):
    assert seen(peer) == SAID | MORE


@pytest.mark.parametrize("peer", [STRANGER, "127.0.0.1", "2001:db8::1", "::ffff:203.0.113.66", "fe80::1%eth0"])
def test_nobody_else_is(peer):
    assert seen(peer) == {}


def test_a_stranger_does_not_pass_for_https_nor_for_another_address(db, caplog):
    client = Client()
    for _ in range(2):
        answer = client.post("/accounts/login/", {"login": "a", "password": "b"}, REMOTE_ADDR=STRANGER, headers=SAID)
        assert answer.status_code == 301
        assert answer["Location"].startswith("https://")
    assert [record.message for record in caplog.records if STRANGER in record.message] == [
        f"What {STRANGER} says as a proxy is dropped: GATEHOUSE_TRUSTED_PROXIES does not name it"
    ]
    answer = client.post("/accounts/login/", {"login": "a", "password": "b"}, REMOTE_ADDR=PROXY, headers=SAID | MORE)
    assert (answer.status_code, answer["X-Request-ID"]) == (200, "12345678")
    assert {entry.ip for entry in AuditEntry.objects.filter(action="sign_in_failed")} == {"198.51.100.7"}


def test_by_default_a_proxy_is_on_this_machine(monkeypatch):
    monkeypatch.delenv("GATEHOUSE_TRUSTED_PROXIES", raising=False)
    default = networks("GATEHOUSE_TRUSTED_PROXIES", "127.0.0.0/8,::1")
    assert [str(network) for network in default] == ["127.0.0.0/8", "::1/128"]
    monkeypatch.setenv("GATEHOUSE_TRUSTED_PROXIES", "10.0.0.1, proxy.example")
    with pytest.raises(ValueError, match="GATEHOUSE_TRUSTED_PROXIES"):
        networks("GATEHOUSE_TRUSTED_PROXIES", "127.0.0.0/8,::1")
