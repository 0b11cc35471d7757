"""What is an answer and what a forward, by what was sent; and mail that passed the gateway on its way out."""

import pytest

from gateway.delivery import maildir
from gateway.delivery.follow_ups import FollowUps, follow_ups_of, told_by
from gateway.mailboxes.protocol import Mark
from gateway.models import Delivery, MessageIndex
from gateway.store.reindexing import reindex
from tests.gateway.mails import mail, stored

ANN, BO, CY, ZOE = "ann@partner.example", "bo@acme.example", "cy@acme.example", "zoe@elsewhere.example"
FORWARDED, ANSWERED = frozenset({Mark.FORWARDED}), frozenset({Mark.ANSWERED})
BOTH = FORWARDED | ANSWERED


def received(**parts):
    message = stored(mail(cc=CY, **parts), recipients=(BO, CY))
    return Delivery.objects.using("gateway").get(message=message, recipient=BO), message


@pytest.mark.parametrize(
    ("subject", "to", "said"),
    [
        ("Fwd: Lunch on Friday", ZOE, FollowUps(FORWARDED, (ZOE,))),
        ("WG: Lunch on Friday", CY, FollowUps(FORWARDED, (CY,))),
        ("Re: Lunch on Friday", ANN, FollowUps(ANSWERED)),
        ("Re: Lunch on Friday", f"Ann <ANN@partner.example>, {CY}", FollowUps(ANSWERED)),
        ("Re: Lunch on Friday", CY, FollowUps(ANSWERED)),
        ("Re: Lunch on Friday", ZOE, FollowUps(FORWARDED, (ZOE,))),
        ("Re: Lunch on Friday", f"{ANN}, {ZOE}", FollowUps(BOTH, (ZOE,))),
        ("Fwd: Lunch on Friday", BO, FollowUps()),
        ("Fwd: Lunch on Friday", "", FollowUps()),
    ],
)
def test_the_recipients_and_the_subject_tell(mailboxes, subject, to, said):
    copy, message = received()
    sent = mail(sender=BO, subject=subject, to=to, extra=f"References: {message.message_id}")
    assert told_by(sent, copy, message) == said


def test_the_answer_to_a_forward_is_no_forward(mailboxes):
    copy, message = received(subject="Fwd: Lunch")
    sent = mail(sender=BO, subject="Fwd: Lunch", to=ANN, extra=f"References: {message.message_id}")
    assert told_by(sent, copy, message) == FollowUps(ANSWERED)


def test_one_that_carries_the_message_is_a_forward_also_to_its_sender(mailboxes):
    copy, message = received()
    body = f"--x\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {message.message_id}\r\n\r\nSee you\r\n--x--"
    sent = mail(sender=BO, subject="Look", to=ANN, body=body, extra=f"References: {message.message_id}")
    assert told_by(sent, copy, message) == FollowUps(FORWARDED, (ANN,))
    other = sent.replace(f"\r\n\r\nMessage-ID: {message.message_id}".encode(), b"\r\n\r\nMessage-ID: <other@x.example>")
    assert told_by(other, copy, message) == FollowUps(ANSWERED)


@pytest.mark.parametrize("sent", [b"", b"\0\xff" * 100, b"References: <" + b"a" * 60_000, b"To: " + b"((((" * 9_000])
def test_hostile_bytes_tell_nothing(mailboxes, sent):
    copy, message = received()
    assert told_by(sent, copy, message) == FollowUps()


def passes(message, *, sender=BO, client_ip="10.0.0.7", to=ZOE):
    raw = mail(sender=sender, subject="Fwd: Lunch", to=to, extra=f"In-Reply-To: {message.message_id}")
    return stored(raw, recipients=(to, "blind@elsewhere.example"), mail_from=sender, client_ip=client_ip)


def test_a_forward_that_passed_the_gateway_tells_all_whom_it_went_to(mailboxes):
    copy, message = received()
    passes(message)
    told = follow_ups_of(copy, message)
    assert (told.marks, told.forwarded_to) == (FORWARDED, ("blind@elsewhere.example", ZOE))


def test_what_others_sent_or_forged_tells_nothing(mailboxes):
    copy, message = received()
    passes(message, sender=CY)
    passes(message, client_ip="203.0.113.9")
    raw = mail(sender=CY, subject="Fwd: Lunch", to=ZOE, extra=f"In-Reply-To: {message.message_id}")
    stored(raw, recipients=(ZOE,), mail_from=BO, client_ip="10.0.0.7")
    assert follow_ups_of(copy, message).marks == frozenset()


def test_mail_of_an_older_index_is_found_once_it_is_rebuilt(mailboxes):
    copy, message = received()
    passes(message)
    MessageIndex.objects.using("gateway").update(keys="")
    assert follow_ups_of(copy, message).marks == frozenset()
    assert list(reindex())
    assert follow_ups_of(copy, message).marks == FORWARDED


def opened(mailboxes, recipient, *sent):
    """Mark the recipient's copy as read, and put messages into their Sent folder."""
    box = maildir.mailbox(mailboxes, recipient)
    (path,) = (box / "new").iterdir()
    path.rename(box / "cur" / f"{path.name}:2,S")
    (box / ".Sent" / "cur").mkdir(parents=True)
    for number, raw in enumerate(sent):
        (box / ".Sent" / "cur" / f"{number}.M1.host:2,S").write_bytes(raw)


def test_the_api_tells_of_each_copy_and_of_those_that_are_gone(client, mailboxes):
    _copy, message = received()
    opened(mailboxes, BO, mail(sender=BO, subject="Fwd: x", to=ZOE, extra=f"References: {message.message_id}"))
    next((maildir.mailbox(mailboxes, BO) / "cur").iterdir()).unlink()
    first, second = client.marks.list([message.investigate_id])[0].copies
    assert (first.state, first.marks, first.forwarded_to, first.sent_unknown) == (
        "not_in_mailbox",
        ["forwarded"],
        [ZOE],
        None,
    )
    assert (second.state, second.marks, second.forwarded_to) == ("found", [], [])
    assert second.sent_unknown == "the mailbox has no folder for sent mail"


def test_a_move_tells_to_whom_a_copy_was_forwarded(client, mailboxes):
    _copy, message = received()
    opened(mailboxes, BO, mail(sender=BO, subject="Fwd: x", to=ZOE, extra=f"References: {message.message_id}"))
    first, second = client.investigate.move.create(message.investigate_id, destination="JunkEmail")
    assert (first.gatehouse_marks, first.gatehouse_forwarded_to) == (["forwarded", "read"], [ZOE])
    assert (second.gatehouse_marks, second.gatehouse_forwarded_to) == ([], [])
