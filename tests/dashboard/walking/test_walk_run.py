"""Walks in the background: what a killed worker leaves, what the API's moods do, and who may hold a walk."""

from datetime import timedelta
from types import SimpleNamespace

import httpx
import pytest
from django.utils import timezone

from api_client import NEVER
from dashboard import backend
from dashboard.walking import running
from dashboard.walking.models import WalkState
from dashboard.walking.running import walk_run, walks_left
from dashboard.walking.services import walk_cancel, walk_start
from tests.dashboard.walking.capped import NEWEST, CappedSearch, mail
from tests.dashboard.walking.conftest import Noted
from tests.investigate import fake_api

pytestmark = pytest.mark.django_db(transaction=True)
LABEL = "walking_tests.noted"


@pytest.fixture
def search(api):
    """The API that the worker asks: a capped search over 137 messages."""
    search = CappedSearch(mail(137), cap=40)
    speak(search.answer)
    return search


def speak(answer):
    """Let the API answer so from now on."""
    fake_api.api = SimpleNamespace(handle=answer)


def start():
    return walk_start(Noted(filters={}, start=NEWEST - timedelta(days=2), end=NEWEST))


def run(walk):
    again = walk_run(LABEL, walk.pk)
    walk.refresh_from_db()
    return again


def everything(search):
    return [one["id"] for one in search.messages]


def test_a_walk_comes_upon_everything_and_ends(search, notes):
    walk = start()
    assert (walk.state, walk.percent) == (WalkState.QUEUED, 0)
    assert run(walk) is None
    assert (walk.state, walk.looked, walk.percent, walk.ended) == (WalkState.DONE, 137, 100, True)
    assert walk.ids == everything(search)
    assert walk.is_complete
    assert walks_left() == []


def test_a_worker_that_dies_while_writing_loses_nothing_and_repeats_nothing(search, notes):
    walk = start()
    leaves = 0

    def die():
        nonlocal leaves
        leaves += 1
        if leaves == 4:
            raise KeyboardInterrupt

    notes.before = die
    with pytest.raises(KeyboardInterrupt):
        walk_run(LABEL, walk.pk)
    walk.refresh_from_db()
    assert walk.ids == everything(search)[:30]
    assert walk.state == WalkState.RUNNING
    assert run(walk) is None
    assert len(walk.ids) == 30, "somebody else may still hold it"
    assert walks_left() == []
    Noted.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert walks_left() == [(LABEL, walk.pk)]
    run(walk)
    assert walk.ids == everything(search)
    assert walk.state == WalkState.DONE


def test_a_slice_ends_and_the_next_goes_on(search, notes, monkeypatch):
    monkeypatch.setattr(running, "SLICE_SECONDS", 0.0)
    walk = start()
    slices = 1
    while run(walk) is not None:
        assert walks_left() == [(LABEL, walk.pk)]
        slices += 1
        assert slices < 40
    assert slices > 10
    assert walk.ids == everything(search)
    assert walk.percent == 100


def test_cancelling_ends_it_where_it_is(search, notes):
    walk = start()
    notes.on_look = lambda: walk_cancel(walk) if Noted.objects.get().looked >= 20 else None
    assert run(walk) is None
    assert walk.state == WalkState.CANCELLED
    assert not walk.ended
    assert len(walk.ids) <= 30
    assert not walk_cancel(walk)
    assert run(walk) is None
    assert walks_left() == []


def test_a_taker_that_has_enough_ends_the_walk(search, notes):
    notes.stop_after = 25
    walk = start()
    run(walk)
    assert (walk.state, len(walk.ids), walk.ended) == (WalkState.DONE, 30, True)


def test_a_pause_that_the_api_asks_for_is_kept(search, notes):
    answers = [
        httpx.Response(429, headers={"Retry-After": "40"}, json={"success": False, "errors": [], "messages": []})
    ]
    speak(lambda request: answers.pop() if answers else search.answer(request))
    walk = start()
    assert run(walk) == 40
    assert walk.not_before > timezone.now() + timedelta(seconds=30)
    assert run(walk) is None
    assert walks_left() == []
    assert search.calls == 0
    Noted.objects.update(not_before=timezone.now())
    run(walk)
    assert walk.ids == everything(search)
    assert walk.error == ""


def test_an_api_that_stays_away_fails_the_walk_in_the_end(search, notes, monkeypatch):
    monkeypatch.setattr(backend, "BACKGROUND", NEVER)
    monkeypatch.setattr(backend, "_clients", {})

    def gone(request):
        raise httpx.ConnectError("refused", request=request)

    speak(gone)
    walk = start()
    for _ in range(running.HOLDUPS_AT_MOST):
        run(walk)
        Noted.objects.update(not_before=None)
    assert walk.state == WalkState.FAILED
    assert "15 times" in walk.error


def test_a_page_that_can_not_be_worked_on_ends_the_walk_and_does_not_hang_it(search, notes):
    def stumble():
        raise ValueError("a lone surrogate")

    notes.before = stumble
    walk = start()
    assert run(walk) is not None
    assert walks_left() == []
    for _ in range(running.HOLDUPS_AT_MOST):
        Noted.objects.update(not_before=None)
        run(walk)
    assert walk.state == WalkState.FAILED
    assert "ValueError" in walk.error


def test_a_refusal_fails_the_walk_at_once_and_says_why(search, notes):
    refusal = {"success": False, "errors": [{"code": 1, "message": "no such filter"}], "messages": [], "result": None}
    speak(lambda request: httpx.Response(400, json=refusal))
    walk = start()
    run(walk)
    assert walk.state == WalkState.FAILED
    assert "no such filter" in walk.error


def test_a_walk_stays_on_the_backend_that_it_was_started_on(search, notes, settings):
    walk = start()
    settings.CLOUDFLARE_ACCOUNT_ID = "f" * 32
    run(walk)
    assert walk.state == WalkState.FAILED
    assert "another backend" in walk.error
