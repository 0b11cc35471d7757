"""Ids: keys that carry time, and their two spellings."""

import re
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gateway import ids

moments = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))


@given(moments, moments)
def test_keys_are_in_the_order_of_time(first, second):
    if first < second:
        assert ids.message_key(first) < ids.message_key(second)


@given(moments)
def test_a_key_gives_its_time_back(moment):
    assert ids.key_time(ids.message_key(moment)) == moment
    assert 0 <= ids.message_key(moment) < 2**63


@given(moments)
def test_the_investigate_id_has_the_shape_of_the_reference(moment):
    key = ids.message_key(moment)
    assert re.fullmatch(r"[0-9A-Za-z]{12}-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-[0-9a-f]{8}", ids.investigate_id(key))
    assert ids.investigate_id(key).startswith(ids.postfix_id(key))


def test_neighbouring_keys_have_different_ids():
    start = ids.first_key(datetime(2026, 1, 1, tzinfo=UTC))
    assert len({ids.postfix_id(start + step) for step in range(20_000)}) == 20_000


def test_a_range_of_times_is_a_range_of_keys():
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    assert ids.first_key(moment) <= ids.message_key(moment) < ids.first_key(moment + timedelta(microseconds=1))
    assert ids.first_key(datetime(1960, 1, 1, tzinfo=UTC)) == 0
