"""A console whose API is the fake one, and people of each role to look at it with."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from dashboard.people.services import people_ensure
from investigate.search.extensions import forget_extensions
from tests.investigate import fake_api
from tests.investigate.fake_api import ACCOUNT, FakeApi
from tests.signing_in import sign_in

PASSWORD = "long enough to be one"
ROLES = ["read_only", "reviewer", "analyst", "policy_admin", "admin"]

Browse = Callable[[str], Client]


@pytest.fixture
def api(settings) -> Iterator[FakeApi]:
    """The API that the console speaks to, empty."""
    settings.GATEHOUSE_API_TRANSPORT = "tests.investigate.fake_api.transport"
    settings.CLOUDFLARE_BASE_URL = "http://fake.invalid/client/v4"
    settings.CLOUDFLARE_API_TOKEN = "fake-token"
    settings.CLOUDFLARE_ACCOUNT_ID = ACCOUNT
    fake_api.api = FakeApi()
    forget_extensions()
    return fake_api.api


@pytest.fixture
def browse(api, db) -> Browse:
    """Return a browser in which somebody of the role is signed in; nobody for "anonymous"."""

    def browser(role: str) -> Client:
        client = Client()
        if role != "anonymous":
            sign_in(client, people_ensure(username=f"a-{role}", password=PASSWORD, role=role)[0])
        return client

    return browser


@pytest.fixture
def analyst(browse) -> Client:
    """A browser with an analyst in it."""
    return browse("analyst")


def htmx(page: str = "/investigate/") -> dict[str, str]:
    """Return the headers with which htmx asks from a page."""
    return {"HX-Request": "true", "HX-Current-URL": f"http://testserver{page}"}
