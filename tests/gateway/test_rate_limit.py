"""Rate limiting: a budget for each token, told in every answer, and never in the way of the console."""

import httpx
import pytest
from django.test import Client as Browser

from api_client import Client
from dashboard import environment
from gateway.api.tokens import token_ensure
from gateway.models import Token
from gateway.transport import InProcessTransport
from tests.gateway.conftest import ACCOUNT, BASE

PATH = f"/client/v4/accounts/{ACCOUNT}/email-security/investigate"


@pytest.fixture
def limited(settings, redis_server):
    settings.GATEWAY_RATE_LIMIT = (3, 60)


def over_http(token):
    return Browser().get(PATH, headers={"Authorization": f"Bearer {token}"})


def test_nothing_is_limited_where_the_limit_is_off(write_token):
    answer = over_http(write_token)
    assert answer.status_code == 200
    assert "Ratelimit" not in answer.headers


def test_a_budget_is_told_in_both_spellings_and_ends_in_429(limited, write_token):
    left = [over_http(write_token) for _ in range(3)]
    assert [answer.status_code for answer in left] == [200, 200, 200]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in left] == ["2", "1", "0"]
    assert left[0].headers["Ratelimit"].startswith('"default";r=2;t=')
    assert left[0].headers["Ratelimit-Policy"] == '"default";q=3;w=60'
    refused = over_http(write_token)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.json()["errors"][0]["code"] == 10429


def test_a_refused_request_counts_and_tells_its_budget_too(limited, read_token):
    answer = Browser().post(f"{PATH}/release", headers={"Authorization": f"Bearer {read_token}"})
    assert answer.status_code == 403
    assert answer.headers["X-RateLimit-Remaining"] == "2"


def test_each_token_has_a_budget_of_its_own(limited, write_token, read_token):
    for _ in range(4):
        over_http(write_token)
    assert over_http(write_token).status_code == 429
    assert over_http(read_token).status_code == 200


def test_the_console_in_this_process_is_counted_apart(limited, write_token):
    for _ in range(4):
        over_http(write_token)
    with httpx.Client(transport=InProcessTransport(), headers={"Authorization": f"Bearer {write_token}"}) as inside:
        assert inside.get(f"{BASE}/accounts/{ACCOUNT}/email-security/investigate").status_code == 200


def test_the_consoles_own_token_has_no_limit_in_this_process(limited):
    _, secret = token_ensure(account_id=ACCOUNT, name="console", scope=Token.Scope.WRITE, is_console=True)
    with httpx.Client(transport=InProcessTransport(), headers={"Authorization": f"Bearer {secret}"}) as inside:
        for _ in range(5):
            answer = inside.get(f"{BASE}/accounts/{ACCOUNT}/email-security/investigate")
            assert answer.status_code == 200
            assert "Ratelimit" not in answer.headers


def test_the_token_for_scripts_on_this_machine_has_no_limit(limited):
    secret = token_ensure(account_id=ACCOUNT, name="run", scope=Token.Scope.READ)[1]
    assert {over_http(secret).status_code for _ in range(5)} == {200}


def test_a_header_does_not_pass_for_the_console(limited, write_token):
    for _ in range(4):
        over_http(write_token)
    forged = Browser().get(
        PATH, headers={"Authorization": f"Bearer {write_token}", "gatehouse.in_process": "1", "In-Process": "1"}
    )
    assert forged.status_code == 429


def test_the_client_reads_the_budget(limited):
    _, secret = token_ensure(account_id=ACCOUNT, name="counted", scope=Token.Scope.READ)
    with Client(base_url=BASE, account_id=ACCOUNT, token=secret, transport=InProcessTransport()) as client:
        client.investigate.list()
        assert (client.rate_limit.limit, client.rate_limit.remaining) == (3, 2)


def test_calls_go_through_when_nothing_can_be_counted(settings, write_token):
    settings.GATEWAY_RATE_LIMIT = (1, 60)
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    assert [over_http(write_token).status_code for _ in range(3)] == [200, 200, 200]


@pytest.mark.parametrize("value", ["1200", "0/5", "a/b", "5/", "-1/3"])
def test_a_senseless_setting_is_refused(monkeypatch, value):
    monkeypatch.setenv("GATEWAY_RATE_LIMIT", value)
    with pytest.raises(ValueError, match="GATEWAY_RATE_LIMIT"):
        environment.rate("GATEWAY_RATE_LIMIT")


def test_the_setting_is_read(monkeypatch):
    monkeypatch.setenv("GATEWAY_RATE_LIMIT", "1200/300")
    assert environment.rate("GATEWAY_RATE_LIMIT") == (1200, 300)
    monkeypatch.setenv("GATEWAY_RATE_LIMIT", "off")
    assert environment.rate("GATEWAY_RATE_LIMIT") is None


def test_tokens_have_a_limit_by_default():
    declared = environment.VARIABLES["GATEWAY_RATE_LIMIT"].default
    assert environment.rate("GATEWAY_RATE_LIMIT", declared) == (1200, 300)
