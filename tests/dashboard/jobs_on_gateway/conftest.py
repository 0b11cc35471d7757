"""A console whose API is the embedded gateway, with mail in it and people of each role."""

import pytest
from django.test import Client

from dashboard.people.services import people_ensure
from tests.gateway.conftest import ACCOUNT, BASE, store, write_token
from tests.signing_in import sign_in

__all__ = ["store", "write_token"]


@pytest.fixture(autouse=True)
def _console(settings, store, write_token) -> None:
    settings.GATEWAY_EMBEDDED = True
    settings.CLOUDFLARE_ACCOUNT_ID = ACCOUNT
    settings.CLOUDFLARE_BASE_URL = BASE
    settings.CLOUDFLARE_API_TOKEN = write_token
    settings.GATEHOUSE_API_TRANSPORT = "gateway.transport.InProcessTransport"


@pytest.fixture
def person():
    return lambda name, role: people_ensure(username=name, password="long enough to be one", role=role)[0]


@pytest.fixture
def browser(person):
    """Sign somebody in: the role's name, and a person of that role."""

    def signed_in(role: str) -> Client:
        client = Client()
        sign_in(client, person(f"a-{role}", role))
        return client

    return signed_in
