"""Who has seen a message, as the API tells it: from all mailboxes in one call, and as it was before a move."""

import pytest

from api_client import StatusError
from gateway.delivery import maildir
from gateway.delivery.seen import seen_copies
from tests.gateway.mails import held, mail, stored

BO, JO, UMA, VI = (f"{name}@acme.example" for name in ("bo", "jo", "uma", "vi"))


def mark(mailboxes, recipient, flags):
    (path,) = (maildir.mailbox(mailboxes, recipient) / "new").iterdir()
    path.rename(path.parent.parent / "cur" / f"{path.name}:2,{flags}")


def test_each_copy_is_told(client, mailboxes):
    message, waiting = stored(mail(), recipients=(BO, JO, UMA, VI)), held()
    mark(mailboxes, BO, "RS")
    mark(mailboxes, JO, "PS")
    next((maildir.mailbox(mailboxes, VI) / "new").iterdir()).unlink()
    first, second = client.marks.list([message.investigate_id, waiting.investigate_id])
    assert [(one.recipient, one.state, one.marks, one.folder) for one in first.copies] == [
        (BO, "found", ["answered", "read"], "Inbox"),
        (JO, "found", ["forwarded", "read"], "Inbox"),
        (UMA, "found", [], "Inbox"),
        (VI, "not_in_mailbox", None, None),
    ]
    assert [one.state for one in second.copies] == ["not_in_mailbox"]


def test_what_cannot_be_read_is_unknown_with_the_reason(client, mailboxes):
    message = stored(mail(), recipients=(BO,))
    box = maildir.mailbox(mailboxes, BO)
    (box / "cur").rmdir()
    (box / "cur").symlink_to("cur")
    next((box / "new").iterdir()).unlink()
    (told,) = client.marks.list([message.investigate_id])[0].copies
    assert (told.state, told.marks) == ("unknown", None)
    assert "symbolic links" in told.reason


def test_time_that_is_over_is_no_answer(mailboxes):
    message = stored(mail(), recipients=(BO, JO))
    copies = seen_copies([message], seconds=-1)[message.pk]
    assert [(one.place, one.reason) for one in copies] == [(None, "the time for looking was over")] * 2


@pytest.mark.parametrize("ids", [["x"], ["é"]])
def test_a_message_that_is_not_there_is_not_found(client, mailboxes, ids):
    with pytest.raises(StatusError) as caught:
        client.marks.list(ids)
    assert caught.value.status == 404


def test_a_move_tells_the_marks_from_before_it(client, mailboxes):
    message = stored(mail(), recipients=(BO, JO))
    mark(mailboxes, BO, "RS")
    results = client.investigate.move.create(message.investigate_id, destination="DeletedItems")
    assert [(one.success, one.gatehouse_marks) for one in results] == [(True, ["answered", "read"]), (True, [])]
    again = client.marks.list([message.investigate_id])[0].copies
    assert [(one.marks, one.folder) for one in again] == [(["answered", "read"], "DeletedItems"), ([], "DeletedItems")]
