"""The console on the gateway's own API, and people of each role to use it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from dashboard.people.services import people_ensure
from gateway.api.tokens import token_ensure
from gateway.models import Token
from gateway.store import policy_cache
from settings_admin.entries.api import Policies
from settings_admin.entries.entry import Entry
from settings_admin.kinds import Kind
from tests.gateway.settings.kinds import KINDS as SAMPLES
from tests.settings_admin import gateway_api
from tests.settings_admin.gateway_api import ACCOUNT, Api
from tests.signing_in import sign_in

PASSWORD = "long enough to be one"


@pytest.fixture
def api(settings: Any, db: None, tmp_path: Any) -> Iterator[Api]:
    """The API that the console speaks to: the gateway, with nothing set."""
    settings.GATEWAY_ACCOUNT_ID = settings.CLOUDFLARE_ACCOUNT_ID = ACCOUNT
    settings.CLOUDFLARE_BASE_URL = "http://gateway.invalid/client/v4"
    settings.GATEHOUSE_API_TRANSPORT = "tests.settings_admin.gateway_api.transport"
    settings.GATEWAY_MAILBOXES = tmp_path / "mailboxes"
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    settings.STORAGES = settings.STORAGES | {"raw_mail": files | {"OPTIONS": {"location": tmp_path / "raw"}}}
    settings.CLOUDFLARE_API_TOKEN = token_ensure(account_id=ACCOUNT, name="console", scope=Token.Scope.WRITE)[1]
    gateway_api.api = Api()
    policy_cache.forget()
    return gateway_api.api


@pytest.fixture
def browse(api: Api) -> Callable[[str], Client]:
    """Return a browser in which somebody of the role is signed in."""

    def browser(role: str) -> Client:
        client = Client()
        if role != "anonymous":
            sign_in(client, people_ensure(username=f"a-{role}", password=PASSWORD, role=role)[0])
        return client

    return browser


@pytest.fixture
def admin(browse: Callable[[str], Client]) -> Client:
    """A browser with an admin in it."""
    return browse("admin")


@pytest.fixture
def make(api: Api) -> Callable[..., Entry]:
    """Return a function that makes an entry of a kind at the API; no two numbers make the same."""

    def made(kind: Kind, number: int, **fields: Any) -> Entry:
        sample = next(one for one in SAMPLES if one.path == kind.resource)
        known = {spec.name for spec in kind.fields}
        values = {name: value for name, value in sample.new(number).items() if name in known}
        return Policies(kind).create(values | fields)

    return made


@pytest.fixture
def read_token(api: Api) -> str:
    """A token of the API that may only read."""
    return token_ensure(account_id=ACCOUNT, name="reader", scope=Token.Scope.READ)[1]
