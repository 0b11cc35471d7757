"""The queue: each copy once, whatever the next hop answers and whoever dies when."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from gateway.delivery.ledger import deliver_overdue
from gateway.delivery.queue.claiming import ClaimLost, claim_next, lanes_due
from gateway.delivery.queue.sending import lane_send
from gateway.models import ActionLog, Bounce, Delivery, TraceLine
from tests.gateway.delivery.conftest import QUICK
from tests.gateway.delivery.fake_next_hop import CUT, HANG, fake_next_hop
from tests.gateway.mails import GTUBE, held, mail, stored

BO, JO, ZOE = "bo@acme.example", "jo@acme.example", "zoe@acme.example"


@pytest.fixture(params=[False, True], ids=["smtp", "lmtp"])
def hop(request, route):
    with fake_next_hop(lmtp=request.param) as server:
        route({"acme.example": server})
        yield server


@pytest.fixture
def smtp_hop(route):
    with fake_next_hop() as server:
        route({"acme.example": server})
        yield server


def send():
    """Send what is due, as the delivery process does."""
    return [lane_send(name, limits=QUICK) for name in lanes_due()]


def later(days=0):
    """Let time pass until the next try, or until the mail expires."""
    Delivery.objects.using("gateway").filter(next_try_at__isnull=False).update(
        next_try_at=timezone.now() - timedelta(seconds=1)
    )
    if days:
        Delivery.objects.using("gateway").update(expires_at=timezone.now() - timedelta(seconds=1))


def statuses(message):
    rows = Delivery.objects.using("gateway").filter(message=message).order_by("pk")
    return {row.recipient: row.status for row in rows}


def trace(message):
    rows = TraceLine.objects.using("gateway").filter(message=message).order_by("pk")
    return [row.text for row in rows]


def test_mail_for_a_next_hop_is_stored_first_and_sent_by_the_delivery_process(hop, client, mailboxes):
    raw = mail()
    message = stored(raw, recipients=(BO, JO))
    assert client.investigate.get(message.investigate_id).delivery_status == ["queued"]
    assert hop.received == []
    assert not mailboxes.exists()
    send()
    assert hop.copies() == {BO: 1, JO: 1}
    header, _, rest = hop.received[0][2].partition(b"ESMTP id ")
    assert header == b"Received: from mx.partner.example ([192.0.2.7])\r\n\tby gate.acme.example with "
    assert rest.partition(b"\r\n")[2].partition(b"\r\n")[2] == raw
    assert client.investigate.get(message.investigate_id).delivery_status == ["delivered"]
    assert any("answered 250 2.0.0 kept as 1" in line for line in trace(message))
    assert lanes_due() == []
    send()
    assert hop.copies() == {BO: 1, JO: 1}


def test_recipients_of_one_message_share_a_transaction(smtp_hop):
    stored(recipients=(BO, JO, ZOE))
    stored(recipients=(BO,))
    send()
    assert [line.split(":")[0] for line in smtp_hop.commands].count("MAIL FROM") == 2
    assert smtp_hop.connections == 1


def test_a_4xx_defers_one_copy_and_the_trace_has_the_servers_words(smtp_hop, client):
    smtp_hop.answers[f"RCPT TO:<{JO}"] = ["450 4.2.1 mailbox busy"]
    message = stored(recipients=(BO, JO))
    send()
    assert statuses(message) == {BO: "delivered", JO: "deferred"}
    assert client.investigate.get(message.investigate_id).delivery_status == ["delivered", "deferred"]
    found = client.investigate.list(delivery_status="deferred", detections_only=False).items
    assert [row.id for row in found] == [message.investigate_id]
    copy = Delivery.objects.using("gateway").get(message=message, recipient=JO)
    assert copy.last_reply == "450 4.2.1 mailbox busy"
    assert timedelta(seconds=55) < copy.next_try_at - timezone.now() < timedelta(seconds=85)
    assert any(
        "deferred for jo@acme.example, attempt 1: 450 4.2.1 mailbox busy; next try at" in one for one in trace(message)
    )
    assert lanes_due() == []
    later()
    send()
    assert statuses(message) == {BO: "delivered", JO: "delivered"}
    assert smtp_hop.copies() == {BO: 1, JO: 1}


def test_pauses_grow(smtp_hop):
    smtp_hop.always["RCPT"] = "450 4.2.1 busy"
    message = stored()
    pauses = []
    for _ in range(4):
        later()
        send()
        pauses.append(Delivery.objects.using("gateway").get(message=message).next_try_at - timezone.now())
    assert all(next_one > one * 1.4 for one, next_one in pairwise(pauses))


def test_a_5xx_fails_that_recipient_alone(smtp_hop, client):
    smtp_hop.answers[f"RCPT TO:<{JO}"] = ["550 5.1.1 nobody here"]
    message = stored(recipients=(BO, JO))
    send()
    assert statuses(message) == {BO: "delivered", JO: "bounced"}
    assert client.investigate.get(message.investigate_id).delivery_status == ["delivered", "bounced"]
    assert any("550 5.1.1 nobody here" in line for line in trace(message))
    assert smtp_hop.copies() == {BO: 1}


def test_a_next_hop_that_is_away_defers_all_and_loses_nothing(route):
    with fake_next_hop() as server:
        route({"acme.example": server})
    message = stored(recipients=(BO, JO))
    assert send() == [False]
    assert statuses(message) == {BO: "deferred", JO: "deferred"}
    assert "can't connect" in Delivery.objects.using("gateway").filter(message=message)[0].last_reply


@pytest.mark.parametrize("trouble", [CUT, HANG])
def test_a_lost_answer_is_counted_named_and_sent_again(smtp_hop, trouble):
    smtp_hop.answers["END"] = [f"lost {trouble}"]
    message = stored()
    send()
    copy = Delivery.objects.using("gateway").get(message=message)
    assert (copy.status, copy.answers_lost, copy.claim, copy.sending_at) == ("deferred", 1, "", None)
    assert any("sent again since the answer was lost" in line for line in trace(message))
    later()
    send()
    assert statuses(message) == {BO: "delivered"}
    assert smtp_hop.copies() == {BO: 2}


def died(*, sending):
    """Leave a claim as a process leaves it that dies before, or just after, the end of the message."""
    claim = claim_next(lanes_due()[0])
    if sending:
        claim.mark_sending([row.recipient for row in claim.rows])
    assert lanes_due() == []
    Delivery.objects.using("gateway").update(claimed_until=timezone.now() - timedelta(seconds=1))
    return claim


def test_a_process_that_died_before_the_end_costs_nothing(hop):
    message = stored(recipients=(BO, JO))
    died(sending=False)
    send()
    assert statuses(message) == {BO: "delivered", JO: "delivered"}
    assert Delivery.objects.using("gateway").filter(answers_lost__gt=0).count() == 0


def test_a_process_that_died_while_the_answer_was_on_its_way_is_told_of(hop):
    message = stored(recipients=(BO, JO))
    died(sending=True)
    send()
    assert statuses(message) == {BO: "delivered", JO: "delivered"}
    assert set(Delivery.objects.using("gateway").values_list("answers_lost", flat=True)) == {1}
    assert sum("sent again to" in line and "may arrive twice" in line for line in trace(message)) == 2


def test_a_process_whose_claim_is_over_sends_nothing(hop):
    stored()
    claim = died(sending=False)
    with pytest.raises(ClaimLost):
        claim.mark_sending([BO])
    other = claim_next(lanes_due()[0])
    with pytest.raises(ClaimLost):
        claim.mark_sending([BO])
    other.mark_sending([BO])


def test_held_mail_waits_for_its_release_and_the_release_for_the_next_hop(hop, client):
    message = held(recipients=f"{BO},{JO}")
    send()
    assert hop.received == []
    (result,) = client.investigate.release.bulk(ids=[message.investigate_id])
    assert (result.delivered, result.undelivered) == ([], [BO, JO])
    log = ActionLog.objects.using("gateway").get(message=message)
    assert (log.success, log.status) == (None, "queued")
    send()
    log.refresh_from_db()
    assert (log.success, log.status) == (True, "delivered")
    (result,) = client.investigate.release.bulk(ids=[message.investigate_id])
    assert (result.delivered, result.undelivered) == ([BO, JO], [])
    send()
    assert hop.copies() == {BO: 1, JO: 1}


def test_a_release_that_the_next_hop_refuses_is_no_success(smtp_hop, client):
    message = held()
    smtp_hop.answers["END"] = ["554 5.7.1 we think that it is spam"]
    client.investigate.release.bulk(ids=[message.investigate_id])
    send()
    log = ActionLog.objects.using("gateway").get(message=message)
    assert (log.success, log.status) == (False, "refused by the next hop for 1 recipient(s)")
    assert Bounce.objects.using("gateway").count() == 0


def test_a_copy_whose_route_has_changed_takes_the_new_one(route, mailboxes):
    with fake_next_hop() as old, fake_next_hop(lmtp=True) as new:
        route({"acme.example": old})
        first = stored(recipients=(BO, "al@new.example"))
        route({"acme.example": new})
        send()
        send()
        assert (old.received, new.copies()) == ([], {BO: 1})
        assert statuses(first) == {BO: "delivered", "al@new.example": "delivered"}
        second = stored()
        route({})
        send()
        Delivery.objects.using("gateway").update(updated_at=timezone.now() - timedelta(minutes=1))
        assert deliver_overdue() == 1
        assert statuses(second) == {BO: "delivered"}


def test_a_process_that_died_before_queueing_is_made_up_for(hop):
    message = stored()
    Delivery.objects.using("gateway").update(
        next_hop="", next_try_at=None, expires_at=None, updated_at=timezone.now() - timedelta(minutes=1)
    )
    deliver_overdue()
    send()
    assert statuses(message) == {BO: "delivered"}


def test_mail_that_goes_round_is_not_handed_on(smtp_hop):
    message = stored(mail(extra="\r\n".join(["Received: from a by b; Sun, 1 Mar 2026 09:00:00 +0000"] * 50)))
    send()
    assert statuses(message) == {BO: "bounced"}
    assert any("554 5.4.6 it goes round in a loop" in line for line in trace(message))


def test_mail_that_is_not_taken_in_time_is_given_up(smtp_hop):
    smtp_hop.always["RCPT"] = "450 4.2.1 busy"
    message = stored()
    send()
    later(days=5)
    send()
    assert statuses(message) == {BO: "bounced"}
    assert any("not taken within 5 days; the last time: 450 4.2.1 busy" in line for line in trace(message))


def test_stored_mail_that_cant_be_read_stays_queued(smtp_hop, store):
    message = stored(mail(body=GTUBE.lower()))
    for path in (store / "raw").rglob("*.zst"):
        path.unlink()
    send()
    assert statuses(message) == {BO: "deferred"}
