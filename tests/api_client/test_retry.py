"""What is sent again and what is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api_client import (
    NEVER,
    Client,
    ConnectionFailed,
    OutcomeUnknown,
    RateLimited,
    RetryPolicy,
    ServerError,
    TimedOut,
)
from api_client.retry import retry_after_seconds
from tests.api_client.conftest import Clock, Server, enveloped, refused

SENT_BUT_LOST = [
    httpx.ReadTimeout("slow"),
    httpx.ReadError("reset"),
    httpx.WriteError("pipe"),
    httpx.WriteTimeout("stuck"),
    httpx.RemoteProtocolError("Server disconnected without sending a response."),
]
NEVER_SENT = [httpx.ConnectError("refused"), httpx.ConnectTimeout("slow"), httpx.PoolTimeout("busy")]


def names(error: Exception) -> str:
    return type(error).__name__


@pytest.mark.parametrize("trouble", [*SENT_BUT_LOST, *NEVER_SENT], ids=names)
def test_a_read_is_repeated_after_a_failed_connection(
    client: Client, server: Server, trouble: Exception, message: dict[str, object]
) -> None:
    server.will(trouble, trouble, enveloped(message))
    assert client.investigate.get("a").postfix_id == message["postfix_id"]
    assert len(server.requests) == 3


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_read_is_repeated_after_these_statuses(
    client: Client, server: Server, clock: Clock, status: int, message: dict[str, object]
) -> None:
    server.will(refused(status), enveloped(message))
    client.investigate.get("a")
    assert clock.slept == [0.5]


def test_pauses_grow_and_are_drawn_from_the_whole_range(client: Client, server: Server, clock: Clock) -> None:
    server.will(refused(503), refused(503), refused(503))
    with pytest.raises(ServerError) as caught:
        client.investigate.get("a")
    assert caught.value.status == 503
    assert not caught.value.outcome_unknown
    assert clock.slept == [0.5, 1.0]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 418])
def test_a_read_is_not_repeated_when_the_answer_would_be_the_same(client: Client, server: Server, status: int) -> None:
    server.will(refused(status))
    with pytest.raises(Exception, match="No"):
        client.investigate.get("a")
    assert len(server.requests) == 1


@pytest.mark.parametrize("trouble", SENT_BUT_LOST, ids=names)
def test_a_write_whose_answer_was_lost_is_not_repeated(client: Client, server: Server, trouble: Exception) -> None:
    server.will(trouble)
    with pytest.raises(OutcomeUnknown) as caught:
        client.investigate.release.bulk(ids=["a"])
    assert caught.value.outcome_unknown
    assert caught.value.operation.startswith("POST /client/v4/accounts/")


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_write_is_not_repeated_after_a_server_error(client: Client, server: Server, status: int) -> None:
    server.will(refused(status))
    with pytest.raises(ServerError) as caught:
        client.investigate.move.bulk(ids=["a"], destination="Inbox")
    assert caught.value.outcome_unknown


@pytest.mark.parametrize("trouble", NEVER_SENT, ids=names)
def test_a_write_that_never_left_is_repeated(client: Client, server: Server, trouble: Exception) -> None:
    server.will(trouble, enveloped([]))
    assert client.investigate.release.bulk(ids=["a"]) == []


def test_a_write_that_never_left_ends_as_connection_failed(client: Client, server: Server) -> None:
    server.will(*[httpx.ConnectError("refused")] * 3)
    with pytest.raises(ConnectionFailed) as caught:
        client.investigate.release.bulk(ids=["a"])
    assert not caught.value.outcome_unknown


def test_a_write_refused_for_the_rate_limit_is_repeated_when_asked_to(
    client: Client, server: Server, clock: Clock
) -> None:
    server.will(refused(429, retry_after="7"), enveloped([]))
    client.investigate.release.bulk(ids=["a"])
    assert clock.slept == [7.5]


def test_a_long_retry_after_is_left_to_the_caller(client: Client, server: Server, clock: Clock) -> None:
    server.will(refused(429, retry_after="300"))
    with pytest.raises(RateLimited) as caught:
        client.investigate.get("a")
    assert caught.value.retry_after == 300
    assert not caught.value.outcome_unknown
    assert clock.slept == []


def test_a_view_that_never_repeats_shares_the_rate_limit(client: Client, server: Server) -> None:
    server.will(refused(429, retry_after="1", ratelimit='"default";r=0;t=9'))
    with pytest.raises(RateLimited):
        client.with_retry(NEVER).investigate.get("a")
    assert client.rate_limit is not None
    assert client.rate_limit.remaining == 0


def test_a_read_that_stays_slow_is_timed_out(client: Client, server: Server) -> None:
    server.will(*[httpx.ReadTimeout("slow")] * 3)
    with pytest.raises(TimedOut):
        client.investigate.get("a")


def test_rendering_a_preview_is_repeated_like_a_read(client: Client, server: Server) -> None:
    server.will(httpx.ReadTimeout("slow"), refused(503), enveloped({"screenshot": ""}))
    assert client.investigate.preview.create(id="a").screenshot == ""
    assert server.sent == {"id": "a"}


@given(attempt=st.integers(1, 200), drawn=st.floats(0, 1), after=st.none() | st.floats(0, 1e6))
def test_a_pause_stays_within_its_bounds(attempt: int, drawn: float, after: float | None) -> None:
    policy = RetryPolicy(attempts=150, random=lambda: drawn)
    pause = policy.pause(attempt, after)
    if attempt >= 150 or (after is not None and after > policy.longest_wait):
        assert pause is None
    else:
        assert pause is not None
        floor = after or 0.0
        assert floor <= pause <= max(policy.cap, floor + policy.base)


def test_a_policy_attempts_at_least_once() -> None:
    with pytest.raises(ValueError, match="at least once"):
        RetryPolicy(attempts=0)


NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@given(st.integers(0, 999_999_999))
def test_retry_after_in_seconds_is_read(seconds: int) -> None:
    assert retry_after_seconds(f" {seconds} ", now=NOW.timestamp()) == seconds


@given(st.integers(-100_000, 100_000_000))
def test_retry_after_as_a_date_is_read(seconds: int) -> None:
    date = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)
    assert retry_after_seconds(date, now=NOW.timestamp()) == max(0, seconds)


@given(st.text())
def test_retry_after_of_any_kind_never_raises_and_is_never_negative(text: str) -> None:
    value = retry_after_seconds(text, now=NOW.timestamp())
    assert value is None or value >= 0


@pytest.mark.parametrize("text", [None, "", "soon", "-5", "1e9", "9" * 400, "Mon, 99 Foo 2026 99:99:99 GMT"])
def test_retry_after_that_says_nothing_is_none(text: str | None) -> None:
    assert retry_after_seconds(text, now=NOW.timestamp()) is None
