"""A console on the embedded gateway, with its own token, and an admin who has just signed in."""

import pytest
from django.test import Client

from dashboard.people.services import people_ensure
from gateway.models import Token
from gateway.tokens.services import token_ensure
from tests.gateway.conftest import ACCOUNT, BASE, store

__all__ = ["store"]
PASSWORD = "twelve walls of grey stone"


@pytest.fixture(autouse=True)
def _console(settings, store, tmp_path, db) -> None:
    settings.GATEHOUSE_HOME = tmp_path
    settings.GATEWAY_EMBEDDED = True
    settings.CLOUDFLARE_ACCOUNT_ID = ACCOUNT
    settings.CLOUDFLARE_BASE_URL = BASE
    settings.GATEHOUSE_API_TRANSPORT = "gateway.transport.InProcessTransport"
    settings.CLOUDFLARE_API_TOKEN = token_ensure(
        account_id=ACCOUNT, name="console", scope=Token.Scope.WRITE, is_console=True, needs_approval=False
    )[1]


@pytest.fixture
def admin() -> Client:
    """An admin who gave the password a moment ago."""
    people_ensure(username="ada", password=PASSWORD, role="admin")
    client = Client()
    assert client.post("/accounts/login/", {"login": "ada", "password": PASSWORD}).status_code == 302
    return client
