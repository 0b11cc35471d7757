"""What the tests of the settings share."""

import httpx
import pytest

from gateway.api.tokens import token_ensure
from gateway.models import Token
from gateway.transport import InProcessTransport
from tests.gateway.conftest import BASE

OTHER = "f" * 32


@pytest.fixture
def settings_http(http):
    """A bare HTTP client below the account's settings."""
    http.base_url = http.base_url.join("settings/")
    return http


@pytest.fixture
def foreign():
    """A bare HTTP client below another account's settings."""
    _, secret = token_ensure(account_id=OTHER, name="other", scope=Token.Scope.WRITE)
    with httpx.Client(
        base_url=f"{BASE}/accounts/{OTHER}/email-security/settings/",
        headers={"Authorization": f"Bearer {secret}"},
        transport=InProcessTransport(),
    ) as made:
        yield made
