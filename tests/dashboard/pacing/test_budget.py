"""The budget that all processes share: workers wait, people do not, and a 429 holds every worker up."""

import time

import httpx
import pytest

from api_client.rate_limit import RateLimit
from dashboard.pacing.budget import Budget
from dashboard.pacing.transport import PacedTransport
from tests.redis_of_our_own import running_redis


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory):
    with running_redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
def budget(redis_url, request):
    """Make budgets of the same name, as several processes have them."""
    return lambda rate: Budget(url=redis_url, name=request.node.name, rate=rate)


def test_workers_together_leave_a_quarter_to_people(budget):
    first, second = budget((20, 300)), budget((20, 300))
    given = [(first, second)[number % 2].take(background=True) for number in range(16)]
    assert given[:15] == [0.0] * 15
    assert 0 < given[15] <= 300
    assert [first.take(background=False) for _ in range(10)] == [0.0] * 10
    assert second.use().calls == 25


def test_the_budget_comes_back_with_time(budget):
    one = budget((4, 1))
    while not one.take(background=True):
        pass
    deadline = time.monotonic() + 10
    while one.take(background=True):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_pause_holds_workers_back_and_no_shorter_one_ends_it(budget):
    first, second = budget(None), budget(None)
    assert second.take(background=True) == 0.0
    first.pause(60)
    first.pause(1)
    assert 50 < second.take(background=True) <= 60
    assert second.take(background=False) == 0.0


def test_what_the_api_says_is_left_counts_too(budget):
    one = budget(None)
    one.heed(RateLimit(limit=100, remaining=26, reset_seconds=30))
    assert one.take(background=True) == 0.0
    one.heed(RateLimit(limit=100, remaining=25, reset_seconds=30))
    assert 20 < one.take(background=True) <= 30


def test_without_redis_nobody_is_held_back(tmp_path):
    one = Budget(url=f"unix://{tmp_path}/nothing.sock", name="x", rate=(1, 300))
    assert [one.take(background=True) for _ in range(3)] == [0.0] * 3
    assert one.use() is None


class Counted(httpx.BaseTransport):
    def __init__(self, *statuses):
        self.statuses, self.calls = list(statuses), 0

    def handle_request(self, request):
        self.calls += 1
        return httpx.Response(self.statuses.pop(0) if self.statuses else 200, headers={"Retry-After": "30"}, json={})


def ask(transport):
    return transport.handle_request(httpx.Request("GET", "http://fake.invalid/"))


def test_a_429_that_a_person_got_holds_every_worker_up_without_a_call(budget):
    people, workers = Counted(429), Counted()
    person = PacedTransport(people, budget(None), background=False)
    worker = PacedTransport(workers, budget(None), background=True)
    assert ask(person).status_code == 429
    put_off = ask(worker)
    assert put_off.status_code == 429
    assert 20 < float(put_off.headers["Retry-After"]) <= 30
    assert workers.calls == 0
    assert ask(person).status_code == 200


def test_a_short_wait_is_waited_for(budget):
    one = budget((4, 1))
    workers, slept = Counted(), []

    def sleep(seconds):
        slept.append(seconds)
        time.sleep(seconds)

    worker = PacedTransport(workers, one, background=True, sleep=sleep)
    assert {ask(worker).status_code for _ in range(4)} <= {200, 429}
    assert slept
