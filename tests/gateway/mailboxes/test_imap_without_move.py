"""Moves on servers that lack MOVE, with UIDPLUS or without: nothing else is deleted, nothing is there twice.

Slow, since a Dovecot is started for each kind of server.
"""

import pytest

from gateway.delivery.mailbox_choice import mailboxes_of
from gateway.mailboxes.imap import connections
from gateway.mailboxes.protocol import MailboxTrouble, Mark, Place
from tests.gateway.mailboxes.imap_route import BO, delivered, number_of, write_route
from tests.gateway.mails import mail
from tests.mail_servers.dovecot import PROGRAM, dovecot

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not PROGRAM, reason="dovecot-imapd is not installed")]
BASE = "IMAP4rev1 SASL-IR LITERAL+ AUTH=PLAIN SPECIAL-USE LIST-EXTENDED"


@pytest.fixture(scope="module", params=["UIDPLUS", ""], ids=["UIDPLUS", "no UIDPLUS"])
def server(request):
    with dovecot(more=f"imap_capability = {BASE} {request.param}\n") as running:
        yield running
    connections.forget()


def route(settings, tmp_path, server):
    connections.forget()
    write_route(settings, tmp_path, server)


def test_a_copy_is_moved_and_keeps_its_marks(server, settings, tmp_path):
    _, (copy,) = delivered(server)
    route(settings, tmp_path, server)
    with server.client(BO) as owner:
        assert "MOVE" not in owner.capability()[1][0].decode().split()
        owner.store(number_of(owner, copy), "+FLAGS", "(\\Seen)")
    before = len(server.messages(BO))
    assert mailboxes_of(BO).move(copy, "JunkEmail") == Place("Inbox", frozenset({Mark.READ}))
    assert mailboxes_of(BO).find(copy) == Place("JunkEmail", frozenset({Mark.READ}))
    assert len(server.messages(BO)) == before - 1
    assert sum(copy.raw() in one for one in server.messages(BO, "Junk")) == 1


def test_mail_that_its_owner_marked_as_deleted_is_left_alone(server, settings, tmp_path, request):
    _, (copy,) = delivered(server)
    _, (other,) = delivered(server, raw=mail(subject="Only marked"))
    route(settings, tmp_path, server)
    with server.client(BO) as owner:
        owner.store(number_of(owner, other), "+FLAGS", "(\\Deleted)")
        owner.unselect()
    if "no UIDPLUS" in request.node.name:
        with pytest.raises(MailboxTrouble, match="other mail is marked as deleted"):
            mailboxes_of(BO).move(copy, "JunkEmail")
        assert mailboxes_of(BO).find(copy) == Place("Inbox")
    else:
        assert mailboxes_of(BO).move(copy, "JunkEmail") == Place("Inbox")
    assert any(other.raw() in one for one in server.messages(BO))
    with server.client(BO) as owner:
        owner.store(number_of(owner, other), "-FLAGS", "(\\Deleted)")
        owner.unselect()


def test_a_copy_that_an_interrupted_move_left_in_both_folders_is_finished(server, settings, tmp_path):
    _, (copy,) = delivered(server)
    route(settings, tmp_path, server)
    with server.client(BO) as owner:
        owner.copy(number_of(owner, copy), "Junk")
    assert mailboxes_of(BO).move(copy, "JunkEmail") is not None
    assert not any(copy.raw() in one for one in server.messages(BO))
