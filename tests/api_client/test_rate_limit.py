"""The rate limit's headers, in both spellings."""

from __future__ import annotations

import httpx
from hypothesis import given
from hypothesis import strategies as st

from api_client import Client
from api_client.rate_limit import RateLimit, rate_limit_from
from tests.api_client.conftest import Server, enveloped

NAMES = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12)


def read(*, now: float = 0.0, **headers: str) -> RateLimit | None:
    return rate_limit_from(httpx.Headers({name.replace("_", "-"): text for name, text in headers.items()}), now=now)


def test_the_structured_spelling_is_read() -> None:
    limit = read(ratelimit='"default";r=50;t=30', ratelimit_policy='"default";q=100;w=60')
    assert limit == RateLimit(limit=100, remaining=50, reset_seconds=30.0)


def test_of_several_quotas_the_tightest_counts() -> None:
    limit = read(
        ratelimit='"default";r=50;t=30, "burst";r=2;t=1', ratelimit_policy='"burst";q=10;w=1,"default";q=100;w=60'
    )
    assert limit == RateLimit(limit=10, remaining=2, reset_seconds=1.0)


def test_the_three_headers_are_read() -> None:
    limit = read(x_ratelimit_limit="1200", x_ratelimit_remaining="7", x_ratelimit_reset="120")
    assert limit == RateLimit(limit=1200, remaining=7, reset_seconds=120.0)


def test_a_reset_that_is_a_point_in_time_is_counted_from_now() -> None:
    limit = read(now=1_700_000_000.0, x_ratelimit_remaining="7", x_ratelimit_reset="1700000060")
    assert limit == RateLimit(limit=None, remaining=7, reset_seconds=60.0)


def test_no_headers_mean_nothing_is_known() -> None:
    assert read() is None
    assert read(ratelimit="", x_ratelimit_limit="many") is None
    assert read(ratelimit_policy='"default";q=100;w=60') is None


@given(name=NAMES, left=st.integers(0, 10**9), whole=st.integers(0, 10**9), seconds=st.integers(0, 10**6))
def test_any_quoted_name_ties_the_quota_to_its_policy(name: str, left: int, whole: int, seconds: int) -> None:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    limit = read(
        ratelimit=f'"{escaped}";r={left};t={seconds}',
        ratelimit_policy=f'"other {escaped}";q=1;w=1, "{escaped}";q={whole};w=60',
    )
    assert limit == RateLimit(limit=whole, remaining=left, reset_seconds=float(seconds))


@given(st.text(max_size=200), st.text(max_size=50), st.text(max_size=50))
def test_rubbish_never_raises(ratelimit: str, policy: str, number: str) -> None:
    headers = {"ratelimit": ratelimit, "ratelimit-policy": policy, "x-ratelimit-limit": number}
    limit = rate_limit_from(headers, now=0.0)
    assert limit is None or limit.remaining is None or limit.remaining >= 0


def test_the_client_keeps_the_newest(client: Client, server: Server, message: dict[str, object]) -> None:
    assert client.rate_limit is None
    server.will(
        enveloped(message, ratelimit='"default";r=50;t=30'),
        enveloped(message, ratelimit='"default";r=49;t=29'),
        enveloped(message),
    )
    for _ in range(3):
        client.investigate.get("a")
    assert client.rate_limit == RateLimit(limit=None, remaining=49, reset_seconds=29.0)
