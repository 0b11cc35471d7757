"""A next hop that can't be talked to rests, and longer each time; one that stumbles now and then does not."""

import time

import pytest

from gateway.delivery.queue.claiming import lanes_due
from gateway.delivery.queue.loop import FIRST_REST, DeliveryLoop
from gateway.delivery.queue.sending import lane_send
from tests.gateway.delivery.conftest import QUICK
from tests.gateway.delivery.fake_next_hop import CUT, fake_next_hop
from tests.gateway.mails import stored

pytestmark = pytest.mark.django_db(databases=["default", "gateway"])


def rest_after(*works):
    """Return how long a lane rests, in seconds, after threads have noted how it went, all at once."""
    loop = DeliveryLoop(lease=60.0)
    for one in works:
        loop._note("lane", works=one)
    failures, until = loop._rests.get("lane", (0, 0.0))
    return failures, max(0, round(until - time.monotonic()))


def test_threads_that_fail_together_count_as_one():
    assert rest_after(False, False, False, False) == (1, FIRST_REST)
    assert rest_after(False, True) == (0, 0)


def test_a_next_hop_that_was_talked_to_does_not_rest_for_one_connection_that_failed(route):
    with fake_next_hop(answers={"CONNECT": ["220 ready", CUT], "MAIL": [CUT]}) as server:
        route({"acme.example": server})
        for _ in range(2):
            stored()
        (lane,) = lanes_due()
        assert lane_send(lane, limits=QUICK) is True
        assert server.connections == 2
    stored()
    assert lane_send(lane, limits=QUICK) is False
