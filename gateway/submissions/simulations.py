"""Recognise the phishing simulations that the team has ordered."""

from ipaddress import ip_address
from typing import Final

from django.conf import settings

from gateway.mail.isolation import parse_isolated
from gateway.models import Message
from gateway.store.raw_mail import read_raw

_SEPARATOR: Final = "="


def is_known_simulation(message: Message) -> bool:
    """Return whether a stored message is a simulation: it came from the product's servers, and bears its field.

    Both have to be true (GATEWAY_SIMULATION_NETWORKS, GATEWAY_SIMULATION_HEADERS), since anybody can write the field,
    and others may send from the same servers. It changes what the reporter is told, and no verdict.
    """
    wanted = [_field(entry) for entry in settings.GATEWAY_SIMULATION_HEADERS]
    if not wanted or not _is_from_product(message.smtp_helo_server_ip):
        return False
    borne = [(name.lower(), value.strip()) for name, value in parse_isolated(read_raw(message.raw)).headers]
    return any(field == name and (not value or value == found) for field, found in borne for name, value in wanted)


def _field(entry: str) -> tuple[str, str]:
    """Return the name of a field in lower case, and its value; without one, every value will do."""
    name, _, value = entry.partition(_SEPARATOR)
    return name.strip().lower(), value.strip()


def _is_from_product(address: str) -> bool:
    try:
        sent_from = ip_address(address)
    except ValueError:
        return False
    return any(sent_from in network for network in settings.GATEWAY_SIMULATION_NETWORKS)
