"""Mailboxes on a real Dovecot: found wherever the owner put the copy, moved, told as gone, with their marks.

Slow, since a Dovecot is started.
"""

import smtplib
from contextlib import suppress

import pytest

from gateway.delivery.mailbox_choice import mailboxes_of
from gateway.mailboxes.imap import connections
from gateway.mailboxes.protocol import OTHER, MailboxTrouble, Mark, NotSupported, Place
from tests.gateway.mailboxes.imap_route import BO, JO, MASTER_LOGIN, delivered, number_of, write_route
from tests.gateway.mails import mail
from tests.mail_servers.certificates import certificate_for
from tests.mail_servers.dovecot import MASTER, PASSWORD, PROGRAM, dovecot

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not PROGRAM, reason="dovecot-imapd is not installed")]
AUTHORIZED = f'master = "{MASTER}"\npassword = "{PASSWORD}"'


@pytest.fixture(scope="module")
def server():
    with dovecot() as running:
        yield running


@pytest.fixture
def route(server, settings, tmp_path):
    """Switch the domain's mailboxes to IMAP, after mail was stored as delivered."""

    def write(more=MASTER_LOGIN, **parts):
        write_route(settings, tmp_path, server, more, **parts)

    yield write
    connections.forget()


@pytest.mark.parametrize("sign_in", [MASTER_LOGIN, AUTHORIZED, 'password = "everybodys-word"'])
def test_a_copy_is_moved_however_the_gateway_signs_in(server, route, sign_in):
    _, (copy,) = delivered(server)
    route(sign_in)
    assert mailboxes_of(BO).find(copy) == Place("Inbox")
    assert mailboxes_of(BO).move(copy, "JunkEmail") == Place("Inbox")
    assert copy.raw() in server.messages(BO, "Junk")[-1]
    assert mailboxes_of(BO).move(copy, "JunkEmail") == Place("JunkEmail")
    assert mailboxes_of(BO).move(copy, "DeletedItems") == Place("JunkEmail")
    assert mailboxes_of(BO).find(copy) == Place("DeletedItems")


def test_one_that_its_owner_moved_meanwhile_is_found_with_its_marks(server, route):
    _message, (copy, _) = delivered(server, BO, JO)
    route()
    with server.client(BO) as owner:
        owner.create("Projects/Old")
        number = number_of(owner, copy)
        owner.store(number, "+FLAGS", "(\\Seen \\Answered $Forwarded)")
        owner.copy(number, "Projects/Old")
        owner.store(number, "+FLAGS", "(\\Deleted)")
        owner.expunge()
    assert mailboxes_of(BO).find(copy) == Place(OTHER, frozenset(Mark))
    assert mailboxes_of(BO).move(copy, "DeletedItems") == Place(OTHER, frozenset(Mark))
    assert server.messages(BO, "Projects/Old") == []


def test_looking_leaves_mail_unread(server, route):
    _, (copy,) = delivered(server)
    route()
    for _ in range(2):
        assert mailboxes_of(BO).find(copy) == Place("Inbox")


def test_one_that_is_gone_is_gone_also_if_another_has_its_message_id(server, route):
    raw = mail()
    _, (copy,) = delivered(server, raw=raw)
    with server.client(BO) as owner:
        owner.store(number_of(owner, copy), "+FLAGS", "(\\Deleted)")
        owner.expunge()
    with smtplib.LMTP("127.0.0.1", server.lmtp) as lmtp:
        lmtp.sendmail("ann@partner.example", [BO], raw.replace(b"noon", b"nine"))
    route()
    assert mailboxes_of(BO).find(copy) is None
    assert mailboxes_of(BO).move(copy, "JunkEmail") is None


@pytest.mark.parametrize("message_id", ['<a"b\\c{3}@partner.example>', "<é@partner.example>", ""])
def test_a_message_id_that_no_search_can_hold_is_found_by_its_size(server, route, message_id):
    raw = mail(message_id=message_id or "<x>")
    _, (copy,) = delivered(server, raw=raw if message_id else raw.replace(b"Message-ID: <x>\r\n", b""))
    route()
    assert mailboxes_of(BO).find(copy) == Place("Inbox")


def test_no_other_folder_stands_in_for_one_that_the_server_lacks(server, route):
    _, (copy,) = delivered(server)
    route()
    with pytest.raises(NotSupported, match="no folder for RecoverableItemsPurges"):
        mailboxes_of(BO).move(copy, "RecoverableItemsPurges")
    assert mailboxes_of(BO).find(copy) == Place("Inbox")
    route(MASTER_LOGIN + '\nfolders = { RecoverableItemsPurges = "Purged", JunkEmail = "Nowhere" }')
    with server.client(BO) as owner:
        owner.create("Purged")
    assert mailboxes_of(BO).move(copy, "RecoverableItemsPurges") == Place("Inbox")
    with pytest.raises(NotSupported):
        mailboxes_of(BO).move(copy, "JunkEmail")


def test_a_wrong_password_an_unknown_authority_and_a_dead_port_are_told_without_secrets(server, route, tmp_path):
    _, (copy,) = delivered(server)
    route('password = "a wrong word"')
    with pytest.raises(MailboxTrouble, match="refused the sign-in") as caught:
        mailboxes_of(BO).find(copy)
    assert "wrong word" not in str(caught.value)
    route(MASTER_LOGIN, port=1)
    with pytest.raises(MailboxTrouble, match="can't be reached: Connection refused"):
        mailboxes_of(BO).find(copy)
    with suppress(OSError):
        connections.forget()
    route(MASTER_LOGIN.replace("login", 'tls = "starttls"\nlogin'), port=server.imap)
    assert mailboxes_of(BO).find(copy) == Place("Inbox")


def test_a_certificate_of_an_unknown_authority_is_refused_and_said(server, route, tmp_path):
    _, (copy,) = delivered(server)
    other = certificate_for(tmp_path / "other").certificate
    for tls, port in (("required", server.imaps), ("starttls", server.imap)):
        route(MASTER_LOGIN.replace("login", f'tls = "{tls}"\nlogin'), port=port, authority=other)
        connections.forget()
        with pytest.raises(MailboxTrouble, match="its certificate is not valid: self-signed certificate"):
            mailboxes_of(BO).find(copy)


def test_a_move_by_the_api_tells_each_recipients_marks(server, route, client):
    message, (copy, _) = delivered(server, BO, JO)
    route()
    with server.client(BO) as owner:
        owner.store(number_of(owner, copy), "+FLAGS", "(\\Seen)")
    results = client.investigate.move.create(message.investigate_id, destination="JunkEmail")
    assert [(one.success, one.gatehouse_marks) for one in results] == [(True, ["read"]), (True, [])]
    told = client.marks.list([message.investigate_id])[0].copies
    assert [(one.state, one.folder) for one in told] == [("found", "JunkEmail")] * 2
