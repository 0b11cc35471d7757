"""Notifications that a sender asks for (RFC 3461): kept, passed on, and sent where the next server can't."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.utils import timezone

from gateway.delivery.ledger import deliver_overdue
from gateway.delivery.queue.reporting import DELAYED_AFTER
from gateway.detect import Envelope
from gateway.mail.notification_request import DsnRequest, RecipientRequest
from gateway.models import Bounce, Delivery, Message
from gateway.pipeline import accept
from tests.gateway.delivery.fake_next_hop import fake_next_hop
from tests.gateway.delivery.test_queue import later, send, statuses, trace
from tests.gateway.mails import GTUBE, mail

BO, JO, ANN = "bo@acme.example", "jo@acme.example", "ann@partner.example"
pytestmark = pytest.mark.django_db(databases=["default", "gateway"])


@pytest.fixture
def out():
    """The smart host, by which senders elsewhere are told."""
    with fake_next_hop() as server:
        yield server


def asked(ret="", envid="", **recipients):
    """Return a request: `bo="SUCCESS"` or `bo=("SUCCESS", "rfc822;x@y")` for bo@acme.example."""
    made = {
        f"{name}@acme.example": RecipientRequest(*((value,) if isinstance(value, str) else value))
        for name, value in recipients.items()
    }
    return DsnRequest(ret, envid, made)


def taken_in(request, *, raw=None, recipients=(BO,), proven=True, own=False, sender=ANN):
    """Take a message in, and have its sender be proven by SPF before anything is sent."""
    envelope = Envelope(sender, recipients, "192.0.2.7", "mx.partner.example", own)
    message = accept(raw or mail(), envelope, asked=request).message
    if proven:
        message.validation = {**message.validation, "spf": "pass"}
        message.save(using="gateway", update_fields=["validation"])
    return message


def notices(server):
    """Return the notices that a server got, parsed, with their bytes."""
    return [
        (message_from_bytes(content, policy=policy.default), content)
        for sender, _, content in server.received
        if sender == ""
    ]


def commands(server, name):
    return [line for line in server.commands if line.startswith(name)]


def test_what_was_asked_is_passed_on_as_it_was_given(route, out):
    with fake_next_hop(extensions=["DSN"]) as acme:
        route({"acme.example": acme}, smart_host=out)
        taken_in(
            asked("HDRS", "Ab+2BC", bo=("SUCCESS,DELAY", "rfc822;Bo+2BX@old.example"), jo="NEVER"), recipients=(BO, JO)
        )
        taken_in(asked("FULL", bo=("FAILURE", "utf-8;bö@old.example")))
        send()
        send()
    assert sorted(commands(acme, "MAIL")) == [
        f"MAIL FROM:<{ANN}> RET=FULL", f"MAIL FROM:<{ANN}> RET=HDRS ENVID=Ab+2BC",
    ]  # fmt: skip
    assert sorted(commands(acme, "RCPT")) == [
        f"RCPT TO:<{BO}> NOTIFY=FAILURE", f"RCPT TO:<{BO}> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;Bo+2BX@old.example",
        f"RCPT TO:<{JO}> NOTIFY=NEVER",
    ]  # fmt: skip
    assert not Bounce.objects.using("gateway").exists(), "the next hop has taken over to tell"


def test_the_next_hop_of_a_released_message_is_to_tell_nobody(route, out, client, mailboxes):
    with fake_next_hop(extensions=["DSN"]) as acme:
        route({"acme.example": acme}, smart_host=out)
        message = taken_in(asked("FULL", "one", bo=("SUCCESS", "rfc822;x@y.example")), raw=mail(body=GTUBE))
        client.investigate.release.bulk(ids=[message.investigate_id])
        send()
    assert commands(acme, "MAIL") == [f"MAIL FROM:<{ANN}>"]
    assert commands(acme, "RCPT") == [f"RCPT TO:<{BO}> NOTIFY=NEVER"]


@pytest.mark.parametrize(("lmtp", "action"), [(False, "relayed"), (True, "delivered")])
def test_who_asks_hears_of_success_where_the_next_hop_tells_nothing(route, out, lmtp, action):
    with fake_next_hop(lmtp=lmtp) as acme:
        route({"acme.example": acme}, smart_host=out)
        message = taken_in(
            asked("FULL", "Q+2B1+0D+0AX: y", bo=("SUCCESS", "rfc822;Bo+2BX@old.example"), jo="FAILURE"),
            recipients=(BO, JO),
        )
        for _ in range(3):
            send()
    assert commands(acme, "MAIL")[0].startswith(f"MAIL FROM:<{ANN}>")
    assert "RET" not in acme.commands[1]
    assert commands(acme, "RCPT") == [f"RCPT TO:<{BO}>", f"RCPT TO:<{JO}>"]
    ((notice, content),) = notices(out)
    assert f"Action: {action}\r\nStatus: 2.0.0\r\n".encode() in content
    assert b"Original-Envelope-Id: Q+1 X: y\r\nReporting-MTA: dns; gate.acme.example\r\n" in content
    assert b"Original-Recipient: rfc822;Bo+X@old.example\r\nFinal-Recipient: rfc822; bo@acme.example\r\n" in content
    assert b"jo@acme.example" not in content.partition(b"text/rfc822-headers")[0]
    assert b"See you at noon" not in content, "RET=FULL is about failures alone"
    assert notice.get_content_type() == "multipart/report"
    assert any(f"{action} to 1 recipient(s), as its sender asked" in line for line in trace(message))


def test_a_copy_in_a_maildir_is_told_once_also_if_it_is_finished_later(route, out, mailboxes):
    route({}, smart_host=out)
    message = taken_in(asked(bo="SUCCESS"), proven=False)
    assert not Bounce.objects.using("gateway").exists(), "nothing proved the sender when it was delivered"
    Message.objects.using("gateway").filter(pk=message.pk).update(validation={"spf": "pass"})
    for _ in range(2):
        Delivery.objects.using("gateway").update(status="queued", updated_at=timezone.now() - timedelta(minutes=5))
        deliver_overdue()
    send()
    ((_, content),) = notices(out)
    assert b"Action: delivered\r\n" in content
    assert b"Diagnostic-Code" not in content
    assert Bounce.objects.using("gateway").count() == 1


@pytest.mark.parametrize("wants", ["NEVER", "SUCCESS", "DELAY"])
def test_who_asks_not_to_hear_of_failures_does_not(route, out, wants):
    with fake_next_hop(always={"RCPT": "550 5.1.1 nobody"}) as acme:
        route({"acme.example": acme}, smart_host=out)
        message = taken_in(asked(bo=wants))
        send()
        send()
    assert statuses(message) == {BO: "bounced"}
    assert "asked not to be" in Delivery.objects.using("gateway").get().notice
    assert out.received == []


def test_of_two_failures_the_one_is_told_that_was_asked_for(route, out):
    with fake_next_hop(always={"RCPT": "550 5.1.1 nobody"}) as acme:
        route({"acme.example": acme}, smart_host=out)
        taken_in(asked(jo="NEVER"), recipients=(BO, JO))
        send()
        send()
    ((_, content),) = notices(out)
    assert b"bo@acme.example" in content
    assert b"jo@acme.example" not in content


@pytest.mark.parametrize(("ret", "is_whole"), [("FULL", True), ("HDRS", False), ("", False)])
def test_a_failure_brings_the_whole_message_back_to_who_asked_for_it(route, out, ret, is_whole):
    hostile = mail(body="--=_gatehouse_1_\r\nContent-Type: text/html\r\n\r\n.\r\nend")
    with fake_next_hop(always={"RCPT": "550 5.1.1 nobody"}) as acme:
        route({"acme.example": acme}, smart_host=out)
        taken_in(asked(ret), raw=hostile)
        send()
        send()
    ((notice, content),) = notices(out)
    parts = list(notice.iter_parts())
    assert [part.get_content_type() for part in parts][2] == ("message/rfc822" if is_whole else "text/rfc822-headers")
    assert len(parts) == 3
    assert (hostile in content) == is_whole


def test_a_delay_is_told_once_and_only_after_hours(route, out):
    with fake_next_hop(always={"RCPT": "450 4.2.1 busy"}) as acme:
        route({"acme.example": acme}, smart_host=out)
        message = taken_in(asked(bo="DELAY,FAILURE", jo="FAILURE"), recipients=(BO, JO))
        send()
        send()
        assert out.received == []
        long_ago = timezone.now() - DELAYED_AFTER
        Message.objects.using("gateway").filter(pk=message.pk).update(scanned_at=long_ago)
        for _ in range(3):
            later()
            send()
    ((notice, content),) = notices(out)
    assert notice["Subject"] == "Your mail is late"
    assert b"Action: delayed\r\nStatus: 4.2.1\r\nDiagnostic-Code: smtp; 450 4.2.1 busy\r\nWill-Retry-Until: " in content
    assert b"jo@acme.example" not in content.partition(b"text/rfc822-headers")[0]


@pytest.mark.parametrize("is_proven", [True, False])
def test_nobody_hears_of_success_whom_a_bounce_would_not_reach(route, out, client, mailboxes, is_proven):
    """A stranger could have the notice sent to somebody else; of held mail nobody hears, released or not."""
    with fake_next_hop() as acme:
        route({"acme.example": acme}, smart_host=out)
        raw = mail(body=GTUBE) if is_proven else None
        message = taken_in(asked(bo="SUCCESS,DELAY"), raw=raw, proven=is_proven)
        send()
        if is_proven:
            assert statuses(message) == {BO: "quarantined"}
            client.investigate.release.bulk(ids=[message.investigate_id])
        for _ in range(2):
            send()
    assert statuses(message) == {BO: "delivered"}
    assert out.received == []
    assert any("its sender was not told: " in line for line in trace(message))
