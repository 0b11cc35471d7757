"""Events go only where they may: to receivers with a certificate for their name, and on no inside network."""

import socket
from ipaddress import ip_network

import pytest

from dashboard.outbox.addresses import AddressForbidden, address_of
from investigate.event_export.models import Destination
from tests.investigate.event_export.receivers import Authority, http_receiver
from tests.investigate.event_export.sending_events import add, send

PUBLIC = "192.31.196.1"
"""An address of AS112, which answers for nobody: reserved, and public all the same."""


def test_https_verifies_the_certificate(to, tmp_path):
    known, other = Authority(tmp_path), Authority(tmp_path)
    with http_receiver(known) as receiver:
        receiver.host = "localhost"
        wrong = to(address=receiver.url(), ca=other.pem)
        add(1)
        send()
        assert receiver.got == []
        wrong.refresh_from_db()
        assert "certificate could not be verified" in wrong.error
        Destination.objects.update(ca=known.pem)
        send(later=True)
        assert len(receiver.got) == 1
        assert receiver.got[0].headers["host"] == f"localhost:{receiver.port}"


def test_the_certificate_has_to_be_for_the_name(to, tmp_path):
    authority = Authority(tmp_path, name="other.example")
    with http_receiver(authority) as receiver:
        receiver.host = "localhost"
        to(address=receiver.url(), ca=authority.pem)
        add(1)
        send()
        assert receiver.got == []


def answers(monkeypatch, *addresses):
    """Let every name have these addresses, and count how often it is asked for."""
    asked = []

    def getaddrinfo(host, port, *args, **more):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize(
    "address",
    [
        *("10.0.0.1", "172.16.5.5", "192.168.1.1", "169.254.169.254", "127.0.0.1", "0.0.0.0", "100.64.0.1"),
        *("::1", "fe80::1", "fd00::1", "fd00:ec2::254", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::1"),
        *("168.63.129.16", "224.0.0.1", "198.18.0.1", "255.255.255.255"),
    ],
)
def test_names_that_lead_inside_are_refused(to, monkeypatch, address):
    answers(monkeypatch, PUBLIC, address)
    destination = to(address="https://hooks.example/")
    add(1)
    send()
    destination.refresh_from_db()
    assert "not on the public network" in destination.error


def test_an_allowed_network_is_connected_to_at_the_address_that_was_looked_at(to, monkeypatch, settings, tmp_path):
    settings.GATEHOUSE_SEND_NETWORKS = [ip_network("127.0.0.0/8")]
    authority = Authority(tmp_path, name="hooks.example")
    with http_receiver(authority) as receiver:
        asked = answers(monkeypatch, "127.0.0.1")
        to(address=f"https://hooks.example:{receiver.port}/", ca=authority.pem)
        add(1)
        send()
        assert len(receiver.got) == 1
        assert asked.count("hooks.example") == 1, "a name is resolved once"
        assert receiver.got[0].headers["host"] == f"hooks.example:{receiver.port}"


def test_an_address_of_the_old_kind_within_one_of_the_new_is_judged_as_what_it_is():
    assert address_of(f"::ffff:{PUBLIC}", 443)
    for inside in ("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"):
        with pytest.raises(AddressForbidden):
            address_of(inside, 443)


@pytest.mark.parametrize("url", ["http://hooks.example/", "ftp://hooks.example/", "https://a:b@hooks.example/", "x"])
def test_addresses_that_are_no_https_are_refused(to, url):
    destination = to(address=url)
    add(1)
    send()
    destination.refresh_from_db()
    assert destination.error
