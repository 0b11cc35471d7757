"""What the gateway's tests share: a store of their own, tokens, and a client in this process."""

from pathlib import Path

import httpx
import pytest
import redis

from api_client import Client
from gateway.api.tokens import token_ensure
from gateway.models import Token
from gateway.store import policy_cache
from gateway.transport import InProcessTransport
from tests.redis_of_our_own import running_redis

ACCOUNT = "0123456789abcdef0123456789abcdef"
BASE = "http://gateway.invalid/client/v4"


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    """Put mail, pictures and mailboxes into a folder of the test's own."""
    settings.GATEWAY_ACCOUNT_ID = ACCOUNT
    settings.GATEWAY_MAILBOXES = tmp_path / "mailboxes"
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    settings.STORAGES = settings.STORAGES | {
        "raw_mail": files | {"OPTIONS": {"location": tmp_path / "raw"}},
        "previews": files | {"OPTIONS": {"location": tmp_path / "previews"}},
    }
    policy_cache.forget()
    return tmp_path


@pytest.fixture
def write_token():
    return token_ensure(account_id=ACCOUNT, name="writer", scope=Token.Scope.WRITE, email="w@acme.example")[1]


@pytest.fixture
def read_token():
    return token_ensure(account_id=ACCOUNT, name="reader", scope=Token.Scope.READ)[1]


@pytest.fixture
def client(write_token):
    with Client(base_url=BASE, account_id=ACCOUNT, token=write_token, transport=InProcessTransport()) as made:
        yield made


@pytest.fixture
def http(write_token):
    """A bare HTTP client on the account's email-security prefix, for what the typed client would never send."""
    with httpx.Client(
        base_url=f"{BASE}/accounts/{ACCOUNT}/email-security",
        headers={"Authorization": f"Bearer {write_token}"},
        transport=InProcessTransport(),
    ) as made:
        yield made


@pytest.fixture
def mailboxes(tmp_path) -> Path:
    return tmp_path / "mailboxes"


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory):
    with running_redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
def redis_server(settings, redis_url):
    """An empty Redis that answers at settings.REDIS_URL."""
    with redis.Redis.from_url(redis_url) as server:
        server.flushdb()
    settings.REDIS_URL = redis_url
    return redis_url
