"""What is in the outbox is sent: once if it is confirmed, again if not, in its order, and not for ever."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from django.utils import timezone

from dashboard.outbox.channels import Refused, TryLater
from dashboard.outbox.models import OutboxEntry, OutboxLane
from dashboard.outbox.sending import lane_send, lanes_due

pytestmark = pytest.mark.django_db

LANE = "test:there"


def states():
    return dict(OutboxEntry.objects.values_list("key", "state"))


def test_entries_are_sent_in_their_order_and_their_content_goes(put, receiver):
    put("a", "b", "c")
    assert lanes_due() == [LANE]
    assert lane_send(LANE) is False
    assert receiver.received == ["a", "b", "c"]
    assert set(OutboxEntry.objects.values_list("state", "tries")) == {("sent", 1)}
    assert all(payload == {} for payload in OutboxEntry.objects.values_list("payload", flat=True))
    assert lanes_due() == []
    assert OutboxLane.objects.get().last_sent_at


def test_the_same_key_is_written_and_sent_once(put, receiver):
    put("a", "a")
    lane_send(LANE)
    put("a")
    lane_send(LANE)
    assert receiver.received == ["a"]


def test_what_is_rolled_back_is_never_sent(put, receiver):
    with pytest.raises(RuntimeError), transaction.atomic():
        put("a")
        raise RuntimeError
    lane_send(LANE)
    assert receiver.asked == []


def test_what_is_for_later_is_not_sent_now(put, receiver):
    put("a", not_before=timezone.now() + timedelta(hours=1))
    assert lanes_due() == []
    lane_send(LANE)
    assert receiver.asked == []


def test_a_failure_is_tried_again_and_keeps_its_stream_in_order_but_no_other(put, receiver, later):
    receiver.answers["a1"] = [TryLater("busy")]
    put("a1", "a2", stream="a")
    put("b1", stream="b")
    lane_send(LANE)
    assert receiver.received == ["b1"]
    assert OutboxEntry.objects.get(key="a1").error == "busy"
    lane_send(LANE)
    assert receiver.asked == ["a1", "b1"], "what comes after it in its stream waits too"
    later()
    lane_send(LANE)
    assert receiver.received == ["b1", "a1", "a2"]
    assert OutboxEntry.objects.get(key="a1").tries == 2


def test_pauses_grow(put, receiver, later):
    receiver.answers["a"] = [TryLater("busy") for _ in range(6)]
    put("a")
    pauses = []
    for _ in range(6):
        later()
        lane_send(LANE)
        pauses.append(OutboxEntry.objects.get().next_try_at - timezone.now())
    assert all(pause > before * 1.5 for before, pause in pairwise(pauses))
    assert pauses[0] < timedelta(seconds=7)


def test_a_receiver_may_ask_for_a_longer_pause_but_not_for_ever(put, receiver):
    receiver.answers["a"] = [TryLater("slow down", seconds=10**9, is_receiver=True)]
    put("a", "b")
    lane_send(LANE)
    pause = OutboxLane.objects.get().paused_until - timezone.now()
    assert timedelta(hours=5) < pause <= timedelta(hours=6)
    assert receiver.asked == ["a"]
    assert lanes_due() == []


def test_a_receiver_in_trouble_is_not_asked_for_each_entry(put, receiver, later):
    receiver.answers["*"] = [TryLater("down", is_receiver=True)] * 3
    put(*"abcdef")
    lane_send(LANE)
    assert receiver.asked == ["a"]
    lane = OutboxLane.objects.get()
    assert (lane.error, lane.failures) == ("down", 1)
    for _ in range(3):
        later()
        lane_send(LANE)
    assert sorted(receiver.received) == list("abcdef")
    assert OutboxLane.objects.get().error == ""


def test_one_entry_that_always_fails_does_not_keep_the_others(put, receiver, later):
    receiver.answers["bad"] = [TryLater("500") for _ in range(50)]
    put("bad", "a", "b")
    for _ in range(4):
        lane_send(LANE)
        later()
    assert receiver.received == ["a", "b"]


def test_a_connection_that_can_not_be_opened_costs_no_try(put, receiver, later):
    receiver.opening = TryLater("nobody answers", is_receiver=True)
    put("a")
    lane_send(LANE)
    entry = OutboxEntry.objects.get()
    assert (entry.tries, entry.state, entry.error) == (0, "waiting", "nobody answers")
    receiver.opening = None
    later()
    lane_send(LANE)
    assert receiver.received == ["a"]


def test_what_is_refused_is_not_tried_again(put, receiver, later):
    receiver.answers["a"] = [Refused("410 gone")]
    put("a", "b")
    lane_send(LANE)
    later()
    lane_send(LANE)
    assert states() == {"a": "failed", "b": "sent"}
    assert "410 gone" in OutboxEntry.objects.get(key="a").error


def test_after_its_time_it_is_given_up_with_the_last_reason(put, receiver, later):
    receiver.answers["*"] = [TryLater("down", is_receiver=True) for _ in range(9)]
    put("a")
    OutboxEntry.objects.update(give_up_at=timezone.now() - timedelta(seconds=1))
    lane_send(LANE)
    entry = OutboxEntry.objects.get()
    assert entry.state == "failed"
    assert "down" in entry.error
    assert entry.payload == {"k": "a"}, "a person may still have it sent"


def test_without_a_connection_what_is_over_is_given_up_too(put, receiver):
    receiver.opening = TryLater("nobody answers", is_receiver=True)
    put("a", "b")
    OutboxEntry.objects.filter(key="b").update(give_up_at=timezone.now() - timedelta(seconds=1))
    lane_send(LANE)
    assert states() == {"a": "waiting", "b": "failed"}


def test_a_channel_that_stumbles_is_said_and_the_rest_goes_on(put, receiver):
    receiver.answers["a"] = [KeyError("subject")]
    put("a", "b")
    lane_send(LANE)
    assert receiver.received == ["b"]
    assert "KeyError" in OutboxEntry.objects.get(key="a").error


def test_only_one_worker_has_a_lane_and_a_dead_ones_is_taken_over(put, receiver):
    put("a")
    OutboxLane.objects.create(name=LANE, claim="other", claimed_until=timezone.now() + timedelta(minutes=1))
    assert lane_send(LANE) is False
    assert lanes_due() == []
    OutboxLane.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert lanes_due() == [LANE]
    lane_send(LANE)
    assert receiver.received == ["a"]


def test_a_worker_that_lost_its_lane_sends_nothing_more(put, receiver):
    put("a", "b")

    def steal(payload, *, destination, key):
        receiver.received.append(key)
        OutboxLane.objects.update(claim="other")

    receiver.send = steal
    lane_send(LANE)
    assert receiver.received == ["a"]
    assert OutboxLane.objects.get().claim == "other", "and it does not let go what is another's"


def test_more_than_a_batch_in_blocked_streams_does_not_hide_what_is_behind(put, receiver):
    receiver.answers = {f"s{n}-1": [TryLater("no")] for n in range(2)}
    put("s0-1", *[f"s0-{n}" for n in range(2, 160)], stream="0")
    put("last", stream="1")
    lane_send(LANE)
    assert receiver.received == ["last"]


def test_an_entry_without_a_channel_waits_and_says_so(put, receiver):
    put("a")
    OutboxEntry.objects.update(channel="gone")
    lane_send(LANE)
    assert OutboxEntry.objects.get().state == "waiting"
    assert "gone" in OutboxLane.objects.get().error
