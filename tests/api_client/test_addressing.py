"""Ids in paths, and what is followed."""

from __future__ import annotations

from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api_client import Client, ResponseInvalid
from api_client.addressing import Scope, path_segment
from tests.api_client.conftest import ACCOUNT, BASE, PREFIX, Server, enveloped

ID = "4Njp3P0STMz2c02Q-2026-01-05T10:00:00-12345678"


@pytest.mark.parametrize("given_id", [ID, ID.replace(":", "%3A"), ID.replace(":", "%3a")])
def test_the_colon_of_an_id_may_come_encoded_or_not(client: Client, server: Server, given_id: str, message) -> None:
    server.will(enveloped(message))
    client.investigate.get(given_id)
    assert server.last.url.raw_path == f"{PREFIX}/investigate/{ID}".encode()


IDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1) | st.lists(
    st.sampled_from(["..", ".", "/", "?", "#", "%2e", "%2f", "\\", "a", ":", "\r\n", "%"]), min_size=1
).map("".join)


@given(IDS)
def test_no_id_escapes_its_place_in_the_path(identifier: str) -> None:
    scope = Scope(base_url=BASE, account_id=ACCOUNT)
    try:
        segment = path_segment(identifier)
    except ValueError:
        assert identifier.strip() in {"", ".", ".."}
        return
    sent = scope.url(f"email-security/investigate/{segment}/raw").raw_path.decode()
    parts = sent.split("/")
    assert sent.startswith(f"{PREFIX}/investigate/")
    assert parts[-1] == "raw"
    assert len(parts) == len(PREFIX.split("/")) + 3
    assert not {"?", "#"} & set(sent)
    assert unquote(parts[-2]) == identifier.replace("%3A", ":").replace("%3a", ":")


@pytest.mark.parametrize("identifier", ["", " ", ".", ".."])
def test_what_is_not_an_id_is_refused_before_anything_is_sent(client: Client, identifier: str) -> None:
    with pytest.raises(ValueError, match="not an id"):
        client.investigate.raw.get(identifier)


SCOPE = Scope(base_url="https://api.example/client/v4", account_id=ACCOUNT)
HERE = SCOPE.url("email-security/investigate")


@pytest.mark.parametrize(
    "location",
    [
        f"/client/v4/accounts/{ACCOUNT}/email-security/investigate/results/1?x=1",
        f"https://api.example:443/client/v4/accounts/{ACCOUNT}/results",
        "investigate/results/1",
        "?poll=1",
    ],
)
def test_addresses_within_the_account_are_followed(location: str) -> None:
    assert SCOPE.follow(location, base=HERE, operation="GET x").host == "api.example"


@pytest.mark.parametrize(
    "location",
    [
        "https://evil.example/client/v4/accounts/" + ACCOUNT + "/results",
        "//evil.example/client/v4/accounts/" + ACCOUNT + "/results",
        "http://api.example/client/v4/accounts/" + ACCOUNT + "/results",
        "https://api.example:8443/client/v4/accounts/" + ACCOUNT + "/results",
        "https://api.example@evil.example/client/v4/accounts/" + ACCOUNT + "/results",
        "https://user:pw@api.example/client/v4/accounts/" + ACCOUNT + "/results",
        "/client/v4/accounts/" + "b" * 32 + "/results",
        "/client/v4/accounts/" + ACCOUNT + "x/results",
        "/client/v4/accounts/" + ACCOUNT + "/../" + "b" * 32 + "/results",
        "/client/v4/accounts/" + ACCOUNT + "/%2e%2e/" + "b" * 32 + "/results",
        "/client/v4/accounts/" + ACCOUNT + "/%252e%252e%252f" + "b" * 32,
        "/client/v4/accounts/" + ACCOUNT + "/..%5c" + "b" * 32,
        "/other",
        "javascript:alert(1)",
        "http://[",
        "http://host:99999999/",
    ],
)
def test_addresses_out_of_the_account_are_not_followed(location: str) -> None:
    with pytest.raises(ResponseInvalid):
        SCOPE.follow(location, base=HERE, operation="GET x")


@pytest.mark.parametrize(
    ("base_url", "account"),
    [
        ("ftp://api.example/client/v4", ACCOUNT),
        ("api.example/client/v4", ACCOUNT),
        ("https://user:pw@api.example/client/v4", ACCOUNT),
        ("https://api.example/client/v4?x=1", ACCOUNT),
        ("https://api.example/client/v4", ""),
        ("https://api.example/client/v4", "../accounts"),
    ],
)
def test_a_scope_that_can_not_work_is_refused(base_url: str, account: str) -> None:
    with pytest.raises(ValueError, match=r"base URL|account id"):
        Scope(base_url=base_url, account_id=account)


def credentials_of(**settings: str) -> httpx.Headers:
    seen: list[httpx.Headers] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers)
        return enveloped([])

    with Client(base_url=BASE, account_id=ACCOUNT, transport=httpx.MockTransport(answer), **settings) as client:
        client.investigate.action_log.list("a")
        assert "t0ken" not in repr(client)
    return seen[0]


def test_a_token_is_sent_as_bearer() -> None:
    headers = credentials_of(token="t0ken")
    assert headers["authorization"] == "Bearer t0ken"
    assert "x-auth-key" not in headers


def test_an_email_and_key_are_sent_in_their_own_headers() -> None:
    headers = credentials_of(email="a@acme.example", key="k")
    assert (headers["x-auth-email"], headers["x-auth-key"]) == ("a@acme.example", "k")
    assert "authorization" not in headers


@pytest.mark.parametrize(
    "settings", [{}, {"token": "t", "email": "e", "key": "k"}, {"email": "e"}, {"token": ""}, {"token": "a\r\nX: y"}]
)
def test_credentials_that_can_not_work_are_refused(settings: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"token|Credentials"):
        credentials_of(**settings)
