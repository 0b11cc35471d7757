"""A walk gives every message once, whatever the server does to single searches, or names what it could not see."""

import json
from datetime import datetime, timedelta

import pytest

from api_client import RateLimited, ServerError
from dashboard.walking.walk import gaps_of, walk
from tests.dashboard.walking.capped import NEWEST, CappedSearch, mail
from tests.investigate.fake_api import message

START = NEWEST - timedelta(days=2)


def walked(search, *, per_page=10, position=None):
    leaves = list(walk(search.client(), {}, start=START, end=NEWEST, per_page=per_page, position=position))
    return [one.id for leaf in leaves for one in leaf.messages], leaves[-1]


def ids(messages):
    return [one["id"] for one in sorted(messages, key=lambda one: one["scanned_at"], reverse=True)]


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 100, 437])
@pytest.mark.parametrize("cap", [None, 10, 25, 100])
def test_every_message_comes_once_past_any_cap(count, cap):
    messages = mail(count)
    found, last = walked(CappedSearch(messages, cap=cap))
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
