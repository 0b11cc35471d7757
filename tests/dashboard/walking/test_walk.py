"""A walk gives every message once, whatever the server does to single searches, or names what it could not see."""

import json
from datetime import datetime, timedelta

import httpx
import pytest

from api_client import RateLimited, ServerError
from dashboard.walking import page_size
from dashboard.walking.walk import gaps_of, walk
from tests.dashboard.walking.capped import NEWEST, CappedSearch, mail
from tests.investigate.fake_api import message

START = NEWEST - timedelta(days=2)


@pytest.fixture(autouse=True)
def refusals(monkeypatch):
    """What is remembered of refused sizes, empty."""
    monkeypatch.setattr(page_size, "_refused", {})
    return page_size._refused


def walked(search, *, per_page=10, position=None, largest=0):
    leaves = list(
        walk(search.client(), {}, start=START, end=NEWEST, per_page=per_page, position=position, largest=largest)
    )
    return [one.id for leaf in leaves for one in leaf.messages], leaves[-1]


def ids(messages):
    return [one["id"] for one in sorted(messages, key=lambda one: one["scanned_at"], reverse=True)]


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 100, 437])
@pytest.mark.parametrize("cap", [None, 10, 25, 100])
@pytest.mark.parametrize("largest", [0, 35])
def test_every_message_comes_once_past_any_cap(count, cap, largest):
    messages = mail(count)
    found, last = walked(CappedSearch(messages, cap=cap), largest=largest)
    assert found == ids(messages)
    assert last.looked_until is None
    assert gaps_of(last.position) == []


def test_a_small_search_costs_one_call():
    search = CappedSearch(mail(9))
    walked(search)
    assert search.calls == 1


def test_a_whole_walk_without_a_cap_costs_one_call_more_than_its_pages():
    search = CappedSearch(mail(437))
    walked(search)
    assert search.calls == 44 + 1


def test_a_cap_that_cuts_through_one_second_is_named():
    at_once = mail(30, step=timedelta(0))
    older = [message(number, scanned_at=NEWEST - timedelta(minutes=number)) for number in range(100, 140)]
    found, last = walked(CappedSearch(at_once + older, cap=15))
    assert len(found) == len(set(found))
    assert set(ids(older)) <= set(found)
    assert [gap.start for gap in gaps_of(last.position)] == [NEWEST]


def test_many_messages_of_one_second_are_no_gap_where_nothing_is_cut_off():
    at_once = mail(30, step=timedelta(0))
    found, last = walked(CappedSearch(at_once))
    assert sorted(found) == sorted(ids(at_once))
    assert gaps_of(last.position) == []


def test_a_cursor_that_may_not_go_deeper_is_gone_round():
    messages = mail(200)
    found, last = walked(CappedSearch(messages, deepest=35))
    assert found == ids(messages)
    assert gaps_of(last.position) == []


def test_searches_that_fail_are_halved_and_what_still_fails_is_named():
    messages = mail(437)
    broken = NEWEST - timedelta(minutes=20)
    search = CappedSearch(messages, fails=lambda start, end: start <= broken <= end)
    found, last = walked(search)
    gaps = gaps_of(last.position)
    assert len(found) == len(set(found))
    assert gaps
    assert all(gap.start <= broken <= gap.end for gap in gaps)
    assert all(gap.end - gap.start <= timedelta(minutes=1) for gap in gaps)
    missing = [datetime.fromisoformat(one["scanned_at"]) for one in messages if one["id"] not in found]
    assert all(any(gap.start <= time <= gap.end for gap in gaps) for time in missing)


def test_an_api_that_only_fails_is_an_error_and_not_a_heap_of_gaps():
    with pytest.raises(ServerError):
        walked(CappedSearch(mail(5), fails=lambda start, end: True))


def test_a_walk_goes_on_from_any_position_without_loss_or_repetition():
    messages = mail(137)
    search = CappedSearch(messages, cap=40)
    for stop in range(1, 14):
        leaves = walk(search.client(), {}, start=START, end=NEWEST, per_page=10)
        first = [next(leaves) for _ in range(stop)]
        kept = json.loads(json.dumps(first[-1].position))
        rest, _ = walked(search, position=kept)
        assert [one.id for leaf in first for one in leaf.messages] + rest == ids(messages)


def test_being_held_up_is_told_to_the_caller():
    search = CappedSearch(mail(5))
    refuse = search.answer

    def limited(request):
        response = refuse(request)
        response.status_code = 429
        return response

    search.answer = limited
    with pytest.raises(RateLimited):
        walked(search)


def test_a_long_walk_asks_for_larger_pages_after_the_first_and_hands_them_out_in_parts():
    search = CappedSearch(mail(437))
    leaves = list(walk(search.client(), {}, start=START, end=NEWEST, per_page=10, largest=100))
    assert search.sizes == [10, 100, 100, 100, 100, 100, 100]
    assert max(len(leaf.messages) for leaf in leaves) == 10
    assert sum(leaf.ends_page for leaf in leaves) == search.calls
    search = CappedSearch(mail(9))
    walked(search, largest=100)
    assert search.sizes == [10]


def test_a_size_that_is_refused_is_asked_for_once_and_remembered(refusals):
    search = CappedSearch(mail(100), most=10)
    found, last = walked(search, largest=100)
    assert found == ids(mail(100))
    assert search.sizes.count(100) == 1
    assert last.position["gaps"] == []
    assert len(refusals) == 1


@pytest.mark.django_db
def test_where_large_pages_were_refused_or_calls_cost_nothing_pages_are_small(settings, refusals):
    settings.GATEWAY_EMBEDDED = False
    assert page_size.largest_page() == page_size.LARGE
    settings.CACHES = settings.CACHES | {"default": settings.CACHES["process"]}
    page_size.note_refusal()
    refusals.clear()
    assert page_size.largest_page() == page_size.SMALL, "another process remembers it, too"
    settings.CLOUDFLARE_ACCOUNT_ID = "f" * 32
    assert page_size.largest_page() == page_size.LARGE, "each backend for itself"
    settings.GATEWAY_EMBEDDED = True
    assert page_size.largest_page() == page_size.SMALL


def test_a_cursor_that_is_refused_is_not_taken_for_a_refused_size(refusals):
    messages = mail(200)
    found, last = walked(CappedSearch(messages, deepest=50), largest=20)
    assert found == ids(messages)
    assert last.looked_until is None
    assert not refusals


@pytest.mark.parametrize("status", [500, 200])
def test_a_large_page_that_fails_is_asked_for_in_smaller_ones(refusals, status):
    messages = mail(100)
    search = CappedSearch(messages)
    serve = search.answer

    def answer(request):
        response = serve(request)
        return httpx.Response(status, content=b"{") if search.sizes[-1] > 10 else response

    search.answer = answer
    found, _ = walked(search, largest=100)
    assert found == ids(messages)
    assert not refusals


def test_a_walk_goes_on_within_a_large_page_without_loss_or_repetition():
    messages = mail(437)
    search = CappedSearch(messages)
    for stop in range(1, 45):
        leaves = walk(search.client(), {}, start=START, end=NEWEST, per_page=10, largest=100)
        first = [next(leaves) for _ in range(stop)]
        kept = json.loads(json.dumps(first[-1].position))
        rest, _ = walked(search, position=kept, largest=100)
        assert [one.id for leaf in first for one in leaf.messages] + rest == ids(messages)


@pytest.mark.parametrize("change", ["the message is gone", "large pages fail"])
def test_a_page_that_changed_after_a_part_was_handed_out_is_searched_anew_from_there(change):
    messages = mail(437)
    search = CappedSearch(messages)
    leaves = walk(search.client(), {}, start=START, end=NEWEST, per_page=10, largest=100)
    first = [one.id for leaf in (next(leaves) for _ in range(5)) for one in leaf.messages]
    kept = json.loads(json.dumps(next(leaves).position))
    part = ids(messages)[50:60]
    if change == "the message is gone":
        search.messages = [one for one in search.messages if one["id"] != part[-1]]
    else:
        search.most = 10
    rest, last = walked(search, position=kept, largest=100)
    assert first + part + rest == ids(messages)
    assert gaps_of(last.position) == []
