"""A session waits a moment for the next message, one of a lane at a time, and not for a server that has gone."""

import pytest

from gateway.delivery.queue import following
from gateway.delivery.queue.claiming import lanes_due
from gateway.delivery.queue.sending import lane_send
from gateway.models import Delivery
from tests.gateway.delivery.conftest import QUICK
from tests.gateway.delivery.fake_next_hop import fake_next_hop
from tests.gateway.mails import mail, stored

BO = "bo@acme.example"


@pytest.fixture
def hop(route):
    with fake_next_hop() as server:
        route({"acme.example": server})
        yield server


def pausing(monkeypatch, *acts):
    """Let something happen each time a session pauses while it waits."""
    acts = list(acts)
    monkeypatch.setattr(following, "sleep", lambda _seconds: acts.pop(0)() if acts else None)


def test_what_comes_while_a_session_waits_goes_by_the_same_session(hop, mailboxes, monkeypatch):
    stored(mail(subject="first"), recipients=(BO,))
    pausing(monkeypatch, lambda: stored(mail(subject="second"), recipients=(BO,)))
    [lane] = lanes_due()
    lane_send(lane, limits=QUICK, linger=0.5)
    assert hop.copies() == {BO: 2}
    assert hop.connections == 1


def test_one_session_of_a_lane_waits_and_no_other(hop, mailboxes, monkeypatch):
    stored(mail(subject="first"), recipients=(BO,))
    [lane] = lanes_due()
    waited = []

    def another():
        """A second session that has sent its message while the first waits: it ends at once."""
        stored(mail(subject="second"), recipients=(BO,))
        paused = []
        monkeypatch.setattr(following, "sleep", paused.append)
        lane_send(lane, limits=QUICK, linger=0.5)
        waited.append(list(paused))

    pausing(monkeypatch, another)
    lane_send(lane, limits=QUICK, linger=0.5)
    assert waited == [[]]
    assert hop.copies() == {BO: 2}


def test_a_server_that_ends_a_waiting_session_costs_no_message_its_try(hop, mailboxes, monkeypatch):
    hop.answers["END"] = ["250 2.0.0 kept as 1\r\n421 4.4.2 nothing came, closing"]
    stored(mail(subject="first"), recipients=(BO,))
    [lane] = lanes_due()
    lane_send(lane, limits=QUICK, linger=0.5)
    stored(mail(subject="second"), recipients=(BO,))
    lane_send(lane, limits=QUICK, linger=0.5)
    assert hop.copies() == {BO: 2}
    assert hop.connections == 2
    assert {row.attempts for row in Delivery.objects.using("gateway").all()} == {1}


def test_a_session_ends_when_nothing_comes_and_when_the_process_is_to_end(hop, mailboxes, monkeypatch):
    looks = []
    monkeypatch.setattr(following, "sleep", looks.append)
    stored(mail(subject="first"), recipients=(BO,))
    [lane] = lanes_due()
    lane_send(lane, limits=QUICK, linger=0.05)
    assert looks
    assert not following._waited_for
    looks.clear()
    stored(mail(subject="second"), recipients=(BO,))
    lane_send(lane, limits=QUICK, linger=0.5, is_over=lambda: len(hop.received) > 1)
    assert looks == []
