"""Bounces: a proven person is told that mail was not delivered; nobody else ever is."""

from email import message_from_bytes, policy

import pytest

from gateway.models import Bounce, Delivery
from tests.gateway.delivery.fake_next_hop import fake_next_hop
from tests.gateway.delivery.test_queue import later, send, statuses, trace
from tests.gateway.mails import GTUBE, mail, stored

BO, JO, ANN = "bo@acme.example", "jo@acme.example", "ann@partner.example"


@pytest.fixture
def hops(route):
    """Everybody at acme is refused; what is for others goes to a smart host."""
    with fake_next_hop(always={"RCPT": "550 5.1.1 nobody\x1b[31m here"}) as acme, fake_next_hop() as out:
        route({"acme.example": acme}, smart_host=out)
        yield acme, out


def prove(message, spf="pass", dmarc="none"):
    message.validation = {**message.validation, "spf": spf, "dmarc": dmarc}
    message.save(using="gateway")
    return message


def test_a_proven_sender_gets_one_notice_about_all_recipients(hops):
    _, out = hops
    message = prove(stored(recipients=(BO, JO)))
    send()
    send()
    assert statuses(message) == {BO: "bounced", JO: "bounced"}
    ((sender, recipients, content),) = out.received
    assert (sender, recipients) == ("", (ANN,))
    notice = message_from_bytes(content, policy=policy.default)
    assert notice.get_content_type() == "multipart/report"
    assert notice["Auto-Submitted"] == "auto-replied"
    text, status, header = notice.iter_parts()
    assert "<bo@acme.example>" in text.get_content()
    assert status.get_content_type() == "message/delivery-status"
    assert b"Final-Recipient: rfc822; jo@acme.example" in content
    assert b"Status: 5.1.1" in content
    assert b"Diagnostic-Code: smtp; 550 5.1.1 nobody [31m here" in content
    assert header.get_content_type() == "text/rfc822-headers"
    assert b"Subject: Lunch on Friday" in content
    assert b"See you at noon" not in content
    assert Bounce.objects.using("gateway").get().status == "delivered"
    assert "its sender is told by a bounce" in trace(message)
    send()
    assert len(out.received) == 1


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"mail_from": ""}, "no sender"),
        ({"mail_from": "MAILER-DAEMON@partner.example"}, "a program"),
        ({"mail_from": "list-bounces+bo=acme.example@partner.example"}, "a program"),
        ({"extra": "List-Id: <all.partner.example>"}, "a list or a program"),
        ({"extra": "Precedence: bulk"}, "a list or a program"),
        ({"extra": "Auto-Submitted: auto-replied"}, "a list or a program"),
        ({"spf": "none"}, "nothing proves"),
        ({"spf": "fail"}, "nothing proves"),
        ({"spf": "none", "dmarc": "pass", "mail_from": "x@victim.example"}, "nothing proves"),
        ({"disposition": "SPAM"}, "judged SPAM"),
        ({"disposition": "SUSPICIOUS"}, "judged SUSPICIOUS"),
    ],
)
def test_nobody_is_told_where_that_would_be_backscatter(hops, options, why):
    _, out = hops
    parts = {name: options[name] for name in ("extra",) if name in options}
    message = stored(mail(**parts), mail_from=options.get("mail_from", ANN))
    message.final_disposition = options.get("disposition", "NONE")
    prove(message, options.get("spf", "pass"), options.get("dmarc", "none"))
    send()
    send()
    assert statuses(message) == {BO: "bounced"}
    assert why in Delivery.objects.using("gateway").get(message=message).notice
    assert out.received == []


def test_dmarc_proves_a_sender_of_the_same_organisation(hops):
    _, out = hops
    prove(stored(), spf="none", dmarc="pass")
    send()
    send()
    assert len(out.received) == 1


def test_a_released_message_that_is_refused_tells_nobody(hops, client):
    _, out = hops
    message = prove(stored(mail(body=GTUBE)))
    client.investigate.release.bulk(ids=[message.investigate_id])
    send()
    send()
    assert statuses(message) == {BO: "bounced"}
    assert out.received == []


def test_without_a_smart_host_a_stranger_is_not_told_and_the_screen_says_so(route):
    with fake_next_hop(always={"RCPT": "550 5.1.1 nobody"}) as acme:
        route({"acme.example": acme})
        message = prove(stored())
        send()
    assert "no smart host" in Delivery.objects.using("gateway").get(message=message).notice


def test_a_bounce_that_cant_be_delivered_makes_no_other(hops):
    _, out = hops
    out.always["RCPT"] = "550 5.1.1 nobody"
    prove(stored())
    for _ in range(3):
        send()
    assert Bounce.objects.using("gateway").get().status == "bounced"


def test_a_sender_of_our_own_gets_it_in_the_mailbox(hops, mailboxes, route):
    acme, out = hops
    route({"acme.example": acme, "bo.example": acme}, smart_host=out)
    acme.always.clear()
    acme.always["RCPT TO:<bo@"] = "550 5.1.1 nobody"
    prove(stored(mail_from="cy@acme.example"))
    send()
    send()
    assert [(sender, recipients) for sender, recipients, _ in acme.received] == [("", ("cy@acme.example",))]
    assert out.received == []


def test_mail_that_expires_is_told_like_mail_that_is_refused(hops):
    acme, out = hops
    acme.always["RCPT"] = "450 4.2.1 busy"
    prove(stored())
    send()
    later(days=5)
    send()
    send()
    assert b"not taken within 5 days; the last time: 450 4.2.1 busy" in out.received[0][2]


def test_what_own_people_send_to_others_goes_to_the_smart_host(route, mailboxes):
    with fake_next_hop() as acme, fake_next_hop() as out:
        route({"acme.example": acme}, smart_host=out, outbound=("acme.example",))
        message = stored(recipients=(BO, "x@elsewhere.example"), mail_from="cy@acme.example", from_own_peer=True)
        stored(recipients=("y@elsewhere.example",), mail_from="cy@other.example", from_own_peer=True)
        stored(recipients=("z@elsewhere.example",), mail_from="cy@acme.example")
        send()
        assert (acme.copies(), out.copies()) == ({BO: 1}, {"x@elsewhere.example": 1})
        assert statuses(message) == {BO: "delivered", "x@elsewhere.example": "delivered"}


def test_what_a_stolen_account_sends_is_held(route, client):
    with fake_next_hop() as out:
        route({}, smart_host=out, outbound=("acme.example",))
        recipients = ("x@elsewhere.example",)
        message = stored(mail(body=GTUBE), recipients=recipients, mail_from="cy@acme.example", from_own_peer=True)
        assert send() == []
        assert statuses(message) == {"x@elsewhere.example": "quarantined"}
        client.investigate.release.bulk(ids=[message.investigate_id])
        send()
        assert out.copies() == {"x@elsewhere.example": 1}
