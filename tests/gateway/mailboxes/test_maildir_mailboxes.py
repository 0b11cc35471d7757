"""Copies in Maildirs: found wherever their owner put them, with their marks, and moved from there."""

import pytest

from gateway.delivery import maildir
from gateway.delivery.mailbox_choice import copy_of, mailboxes_of
from gateway.mailboxes.protocol import OTHER, Mark, NotSupported, Place
from gateway.models import Delivery
from tests.gateway.mails import mail, stored

BO = "bo@acme.example"


def copy_in(mailboxes):
    message = stored(mail(), recipients=(BO,))
    delivery = Delivery.objects.using("gateway").get(message=message)
    box = maildir.mailbox(mailboxes, BO)
    return copy_of(delivery, message), box, next((box / "new").iterdir())


def put(path, box, folder, name):
    target = box / folder / "cur" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    return path.rename(target)


def test_marks_are_read_from_the_name(mailboxes):
    copy, box, path = copy_in(mailboxes)
    assert mailboxes_of(BO).find(copy) == Place("Inbox")
    put(path, box, "", f"{path.name}:2,FPRS")
    assert mailboxes_of(BO).find(copy) == Place("Inbox", frozenset(Mark))


@pytest.mark.parametrize("name", ["{name}:2,S", "1770000000.M1P2.host:2,S"])
def test_a_copy_that_its_owner_filed_away_is_found_and_moved(mailboxes, name):
    copy, box, path = copy_in(mailboxes)
    content = path.read_bytes()
    put(path, box, ".Projects.Old", name.format(name=path.name))
    assert mailboxes_of(BO).move(copy, "RecoverableItemsPurges") == Place(OTHER, frozenset({Mark.READ}))
    (there,) = (box / ".RecoverableItemsPurges" / "cur").iterdir()
    assert there.read_bytes() == content
    assert there.name.endswith(":2,S")


def test_mail_of_the_same_size_or_message_id_is_left_alone(mailboxes):
    copy, box, path = copy_in(mailboxes)
    put(path, box, ".Projects", "1770000000.M1P2.host:2,")
    other = box / ".Projects" / "cur" / "1770000000.M1P2.host:2,"
    other.write_bytes(other.read_bytes().replace(b"noon", b"nine"))
    assert mailboxes_of(BO).move(copy, "JunkEmail") is None
    assert other.exists()


def test_the_same_mail_sent_twice_is_two_copies(mailboxes):
    raw = mail()
    for _ in range(2):
        stored(raw, recipients=(BO,))
    first, second = Delivery.objects.using("gateway").order_by("pk")
    box = maildir.mailbox(mailboxes, BO)
    maildir.find(box, copy_of(first, first.message).name).unlink()
    assert mailboxes_of(BO).move(copy_of(first, first.message), "JunkEmail") is None
    assert mailboxes_of(BO).find(copy_of(second, second.message)) == Place("Inbox")


def test_a_domain_without_known_mailboxes_says_so(client, mailboxes, settings, tmp_path):
    message = stored(mail(), recipients=(BO,))
    settings.GATEWAY_ROUTES = tmp_path / "routes.toml"
    settings.GATEWAY_ROUTES.write_text('[domains."acme.example"]\ndeliver = "smtp"\nto = "mx.acme.example"\n')
    with pytest.raises(NotSupported):
        mailboxes_of(BO).find(copy_of(Delivery.objects.using("gateway").get(), message))
    (result,) = client.investigate.move.create(message.investigate_id, destination="JunkEmail")
    assert (result.success, result.status) == (False, "not_supported")
    (entry,) = client.investigate.action_log.list(message.investigate_id)
    assert entry.status == "not_supported: the gateway knows no mailboxes of this domain"
