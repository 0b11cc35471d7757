"""Claims: what one thread sends is sent by no other, also while a busy database keeps its lease from being renewed."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from gateway.delivery.queue.claiming import claim_next, lanes_due, let_go, renew
from gateway.models import Delivery
from tests.gateway.delivery.fake_next_hop import fake_next_hop
from tests.gateway.mails import stored

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "gateway"])


@pytest.fixture
def lane(route):
    """A message that waits, and the lane that it waits in."""
    with fake_next_hop() as server:
        route({"acme.example": server})
        stored()
        (name,) = lanes_due()
        yield name
    let_go()


def elsewhere(call):
    """Call it in another thread, and return what it returns."""
    found = []

    def run():
        found.append(call())
        let_go()
        connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(10)
    return found[0]


def lease_runs_out():
    Delivery.objects.using("gateway").update(claimed_until=timezone.now() - timedelta(seconds=1))


def test_a_claim_whose_lease_ran_out_is_not_taken_while_a_thread_of_this_process_works_on_it(lane):
    claim = claim_next(lane)
    lease_runs_out()
    assert elsewhere(lanes_due) == []
    assert elsewhere(lambda: claim_next(lane)) is None
    elsewhere(renew)
    claim.mark_sending([row.recipient for row in claim.rows])


def test_a_claim_that_its_thread_has_left_is_taken_when_its_lease_has_run_out(lane):
    first = claim_next(lane)
    let_go()
    assert elsewhere(lanes_due) == []
    lease_runs_out()
    assert elsewhere(lanes_due) == [lane]
    second = elsewhere(lambda: claim_next(lane))
    assert second is not None
    assert second.token != first.token
