"""Answers and forwards are found in the Sent folder: in Maildirs, and on a real Dovecot where it is installed.

What is slow starts a Dovecot.
"""

import pytest

from gateway.delivery import maildir
from gateway.delivery.follow_ups import FollowUps, follow_ups_of
from gateway.delivery.mailbox_choice import copy_of, mailboxes_of
from gateway.mailboxes.imap import connections
from gateway.mailboxes.protocol import SENT_AT_MOST, Mark
from gateway.models import Delivery
from tests.gateway.mailboxes.imap_route import BO, delivered, write_route
from tests.gateway.mails import mail, stored
from tests.mail_servers.dovecot import PROGRAM, dovecot

FORWARDED, ANSWERED = frozenset({Mark.FORWARDED}), frozenset({Mark.ANSWERED})
ZOE = "zoe@elsewhere.example"


class Maildirs:
    """Bo's mailbox as a Maildir."""

    def __init__(self, root):
        self.box = maildir.mailbox(root, BO)

    def receive(self, raw):
        return stored(raw, recipients=(BO,))

    def keep_sent(self, raw):
        folder = self.box / ".Sent" / "cur"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{len(list(folder.iterdir()))}.M1.host:2,S").write_bytes(raw)


class Imap:
    """Bo's mailbox on a Dovecot."""

    def __init__(self, server, settings, folder):
        self.server, self.settings, self.folder = server, settings, folder

    def receive(self, raw):
        message, _ = delivered(self.server, raw=raw)
        write_route(self.settings, self.folder, self.server)
        return message

    def keep_sent(self, raw):
        with self.server.client(BO) as owner:
            assert owner.append("Sent", "(\\Seen)", None, raw)[0] == "OK"


@pytest.fixture(scope="module")
def server():
    with dovecot() as running:
        yield running
    connections.forget()


@pytest.fixture(
    params=[
        "maildir",
        pytest.param(
            "imap",
            marks=[pytest.mark.slow, pytest.mark.skipif(not PROGRAM, reason="dovecot-imapd is not installed")],
        ),
    ]
)
def box(request, mailboxes, settings, tmp_path):
    if request.param == "maildir":
        return Maildirs(mailboxes)
    return Imap(request.getfixturevalue("server"), settings, tmp_path)


def sent_about(message, **parts):
    values = {"sender": BO, "subject": "Fwd: Lunch on Friday", "to": ZOE, "extra": f"References: {message.message_id}"}
    return mail(**values | parts)


def found(message):
    return follow_ups_of(Delivery.objects.using("gateway").get(message=message), message)


def test_a_forward_is_found_with_those_it_went_to(box):
    message = box.receive(mail())
    box.keep_sent(mail(sender=BO, to=ZOE))
    box.keep_sent(sent_about(message))
    assert found(message) == FollowUps(FORWARDED, (ZOE,))


def test_an_answer_is_found(box):
    message = box.receive(mail())
    box.keep_sent(mail(sender=BO, to="ann@partner.example", extra=f"In-Reply-To: {message.message_id}"))
    assert found(message) == FollowUps(ANSWERED)


def test_only_what_names_the_message_counts(box):
    message = box.receive(mail())
    box.keep_sent(mail(sender=BO, to=ZOE, subject="Fwd: Lunch on Friday", body=f"References: {message.message_id}"))
    box.keep_sent(sent_about(message, extra=f"References: {message.message_id} <later@partner.example>"))
    box.keep_sent(sent_about(message, extra=f"References: <x{message.message_id.lstrip('<')}"))
    assert found(message) == FollowUps()


def test_only_the_newest_are_read(box):
    message = box.receive(mail())
    for number in range(SENT_AT_MOST + 3):
        box.keep_sent(sent_about(message, to=f"z{number}@elsewhere.example"))
    copy = copy_of(Delivery.objects.using("gateway").get(message=message), message)
    assert len(mailboxes_of(BO).sent_about(copy)) == SENT_AT_MOST
    assert len(found(message).forwarded_to) == SENT_AT_MOST


def test_a_mailbox_without_the_folder_says_so(mailboxes):
    message = stored(mail(), recipients=(BO,))
    assert found(message) == FollowUps(reason="the mailbox has no folder for sent mail")


def test_a_message_without_an_id_has_nothing_that_names_it(box):
    message = box.receive(mail(message_id="<gone>").replace(b"Message-ID: <gone>\r\n", b""))
    box.keep_sent(mail(sender=BO, to=ZOE, subject="Fwd: Lunch on Friday"))
    assert found(message) == FollowUps()
