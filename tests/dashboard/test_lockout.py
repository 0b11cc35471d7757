"""Guessing passwords: who guesses waits, and nobody else does."""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.test import Client
from redis.exceptions import ConnectionError as RedisConnectionError

from dashboard.audit.models import AuditEntry
from dashboard.people import lockout
from dashboard.people.lockout import ACCOUNT_FREE, NETWORK_FREE, PAIR_FREE, Attempt, LockOut, network_of
from dashboard.people.services import people_ensure
from tests.investigate.console import PASSWORD

HERE, ELSEWHERE = "198.51.100.7", "203.0.113.66"
WAIT = "Too many failed attempts"


@pytest.fixture
def anna(db):
    return people_ensure(username="anna", password=PASSWORD, role="analyst")[0]


def attempt(password="wrong", *, name="anna", address=HERE) -> str:
    """Try to sign in, and return the page, or an empty text if it worked."""
    answer = Client().post("/accounts/login/", {"login": name, "password": password}, REMOTE_ADDR=address)
    return "" if answer.status_code == 302 else answer.content.decode()


def rows(action):
    return AuditEntry.objects.filter(action=action).order_by("id")


def test_five_wrong_passwords_from_elsewhere_do_not_lock_the_owner_out(anna):
    for _ in range(8):
        page = attempt(address=ELSEWHERE)
    assert WAIT in page
    assert attempt(PASSWORD, address=HERE) == ""


def test_who_guesses_waits_even_with_the_right_password_and_is_told_how_long(anna):
    for _ in range(PAIR_FREE):
        assert WAIT not in attempt(address=ELSEWHERE)
    page = attempt(PASSWORD, address=ELSEWHERE)
    assert WAIT in page
    assert "Wait 30 seconds" in page
    assert attempt("wrong", name="bo", address=ELSEWHERE).count(WAIT) == 0


def test_the_wait_doubles_with_each_further_failure_and_has_an_end(monkeypatch):
    now = [1_000_000.0]
    monkeypatch.setattr(lockout.time, "time", lambda: now[0])
    waits, someone = [], Attempt("anna", ELSEWHERE, is_known=True)
    for _ in range(PAIR_FREE + 9):
        if started := someone.begin().started:
            waits.append(started.seconds)
            assert someone.locked().seconds == started.seconds
            now[0] += started.seconds + 1
            assert someone.locked() is None
    assert waits[:3] == [30, 60, 120]
    assert waits[-1] == 3600


class ParallelGuesses:
    """A backend that sees other guesses come in while it looks at a password, as other threads would."""

    looked = 0

    def authenticate(self, _request, **_credentials):
        """Look at a password, and meanwhile at another."""
        type(self).looked += 1
        if self.looked < 30:
            attempt(address=ELSEWHERE)


def test_parallel_guesses_do_not_pass_the_bound(anna, settings):
    settings.AUTHENTICATION_BACKENDS = [f"{__name__}.{ParallelGuesses.__name__}"]
    ParallelGuesses.looked = 0
    attempt(address=ELSEWHERE)
    assert ParallelGuesses.looked == PAIR_FREE
    assert rows("locked_out").count() == 1


@pytest.fixture
def hasty_threads():
    """Threads that take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("hasty_threads")
def test_threads_that_try_at_once_do_not_pass_the_bound():
    for number in range(20):
        barrier, someone = threading.Barrier(16), Attempt(f"anna-{number}", f"203.0.113.{number}", is_known=True)

        def guess(_number, barrier=barrier, someone=someone):
            barrier.wait()
            return someone.begin().refused is None

        with ThreadPoolExecutor(16) as threads:
            assert sum(threads.map(guess, range(16))) == PAIR_FREE


def test_right_passwords_count_nowhere(anna):
    for _ in range(NETWORK_FREE):
        turn = Attempt("anna", ELSEWHERE, is_known=False).begin()
        assert turn.refused is None
        turn.take_back()
    assert Attempt("anna", ELSEWHERE, is_known=False).begin().refused is None
    for _ in range(PAIR_FREE + 1):
        assert attempt(PASSWORD) == ""


def test_a_sign_in_forgets_the_failures_before_it(anna):
    for _ in range(PAIR_FREE - 1):
        attempt()
    assert attempt(PASSWORD) == ""
    for _ in range(PAIR_FREE - 1):
        assert WAIT not in attempt()


def test_many_accounts_from_one_address_lock_the_address(db):
    for number in range(NETWORK_FREE):
        Attempt(f"person-{number}", ELSEWHERE, is_known=False).begin()
    assert WAIT in attempt(name="somebody-else", address=ELSEWHERE)
    assert WAIT not in attempt(name="somebody-else", address=HERE)


def test_one_account_from_many_addresses_is_delayed_where_its_owner_never_was(anna):
    assert attempt(PASSWORD, address=HERE) == ""
    for number in range(ACCOUNT_FREE):
        Attempt("anna", f"203.0.113.{number}", is_known=False).begin()
    page = attempt(PASSWORD, address="203.0.113.200")
    assert WAIT in page
    assert "5 seconds" in page
    assert attempt(PASSWORD, address=HERE) == ""


def test_an_attempt_leaves_a_row_and_a_flood_of_them_a_few(anna):
    for _ in range(PAIR_FREE + 120):
        attempt(address=ELSEWHERE)
    assert rows("sign_in_failed").count() == PAIR_FREE
    (started,) = rows("locked_out")
    assert (started.object_id, started.ip, started.outcome) == ("anna", ELSEWHERE, "refused")
    assert started.detail == {"by": "account and address", "seconds": 30}
    assert [row.detail["attempts"] for row in rows("locked_out_attempt")] == [1, 10, 100]


def test_one_may_not_guess_on_by_the_page_that_asks_again(anna):
    client = Client()
    client.force_login(anna)
    for _ in range(PAIR_FREE):
        client.post("/account/email/", {"email": "new@evil.example", "password": "wrong"})
    page = client.post("/account/email/", {"email": "new@evil.example", "password": PASSWORD}).content.decode()
    assert WAIT in page
    anna.refresh_from_db()
    assert anna.email == ""


def test_counting_goes_on_while_redis_is_away(anna, monkeypatch):
    def away(*_arguments, **_named):
        raise RedisConnectionError("nobody listens")

    for name in ("add", "incr", "decr", "get", "set", "delete"):
        monkeypatch.setattr(cache, name, away)
    for _ in range(PAIR_FREE):
        attempt(address=ELSEWHERE)
    assert WAIT in attempt(PASSWORD, address=ELSEWHERE)
    assert attempt(PASSWORD, address=HERE) == ""


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        (None, "unknown"),
    ],
)
def test_a_whole_network_of_ipv6_counts_as_one(address, network):
    assert network_of(address) == network


@pytest.mark.parametrize(("seconds", "words"), [(1, "1 second,"), (59, "59 seconds,"), (61, "2 minutes,")])
def test_the_wait_is_told_in_words(seconds, words):
    assert words in LockOut("address", seconds, 0).message
