"""What the gateway's tests share: a store of their own, tokens, and a client in this process."""

import asyncio
import threading
from pathlib import Path

import httpx
import pytest
import redis
from django.db import connections

from api_client import Client
from gateway.api.tokens import token_ensure
from gateway.intake.server import serve
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
    """The secret of a token that may do anything, also what needs a second person."""
    return token_ensure(
        account_id=ACCOUNT, name="writer", scope=Token.Scope.WRITE, email="w@acme.example", needs_approval=False
    )[1]


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


@pytest.fixture
def intake(store, settings, request):
    """A running intake on a port of its own, with the settings of its parameter; yields the port."""
    for name, value in getattr(request, "param", {}).items():
        setattr(settings, name, value)
    settings.GATEHOUSE_HOME = store
    loop, started, stop = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    ports = []

    async def run():
        servers = await serve("127.0.0.1", 0, settings.LMTP_PORT)
        ports.append(servers[0].sockets[0].getsockname()[1])
        started.set()
        await stop.wait()
        for server in servers:
            server.close()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    assert started.wait(10)
    yield ports[0]
    loop.call_soon_threadsafe(stop.set)
    thread.join(10)
    loop.close()
    connections.close_all()
