"""What the tests of tokens share: tokens with certain limits, and calls with them over HTTP."""

from collections.abc import Callable

import pytest
from django.test import Client

from gateway.models import Token
from gateway.tokens.services import token_create
from tests.gateway.conftest import ACCOUNT

PATH = f"/client/v4/accounts/{ACCOUNT}/email-security"
Caller = Callable[[str], Client]


@pytest.fixture
def token_of():
    """Make a token; returns its row and its secret."""

    def make(name: str = "soar", scope: str = "write", **limits) -> tuple[Token, str]:
        return token_create(account_id=ACCOUNT, name=name, scope=scope, created_by="a test", **limits)

    return make


@pytest.fixture
def calling(settings) -> Caller:
    """Return a client that calls over HTTP with a secret."""
    settings.ROOT_URLCONF = "dashboard.urls"
    return lambda secret: Client(headers={"Authorization": f"Bearer {secret}", "User-Agent": "soar/1"})


def listed(web: Client, **more) -> int:
    return web.get(f"{PATH}/investigate", **more).status_code


def sent(web: Client, path: str, body: dict):
    return web.post(f"{PATH}{path}", body, content_type="application/json")


def why(answer) -> str:
    return answer.json()["errors"][0]["message"]
