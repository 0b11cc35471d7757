"""What recipients had done with the copies that a bulk job moved is told with each entry."""

from datetime import timedelta

from django.utils import timezone

from gateway.bulk.recovery import recover
from gateway.delivery import maildir
from gateway.models import BulkJobMessage
from tests.gateway.mails import held, mail, stored

BO, JO, ZOE = "bo@acme.example", "jo@acme.example", "zoe@elsewhere.example"


def opened(mailboxes, message, recipient=BO):
    """Mark the recipient's copy as read, and as forwarded by what lies in their Sent folder."""
    box = maildir.mailbox(mailboxes, recipient)
    (path,) = (box / "new").iterdir()
    path.rename(box / "cur" / f"{path.name}:2,S")
    (box / ".Sent" / "cur").mkdir(parents=True)
    sent = mail(sender=recipient, subject="Fwd: x", to=ZOE, extra=f"References: {message.message_id}")
    (box / ".Sent" / "cur" / "1.M1.host:2,S").write_bytes(sent)


def entries(client, job_id):
    return {
        one.action_params.client_recipient: (one.gatehouse_marks, one.gatehouse_forwarded_to)
        for one in client.investigate.bulk.messages.iterate(job_id)
    }


def test_a_move_tells_the_marks_from_before_it(client, mailboxes, work_off):
    message = stored(subject="offer", recipients=(BO, JO))
    opened(mailboxes, message)
    job_id = client.investigate.bulk.create(
        action="MOVE", destination="JunkEmail", search_params={"detections_only": False, "subject": "offer"}
    ).job_id
    assert entries(client, job_id) == {}
    work_off(job_id)
    assert entries(client, job_id) == {BO: (["forwarded", "read"], [ZOE]), JO: ([], [])}


def test_what_an_earlier_try_told_is_kept(client, mailboxes, work_off):
    message = stored(subject="offer", recipients=(BO,))
    opened(mailboxes, message)
    search = {"detections_only": False, "subject": "offer"}
    job_id = client.investigate.bulk.create(action="MOVE", destination="JunkEmail", search_params=search).job_id
    work_off(job_id)
    # The mailbox no longer tells: its owner marked it as unread, and the row's worker was lost before the outcome.
    (path,) = (maildir.folder_path(maildir.mailbox(mailboxes, BO), "JunkEmail") / "cur").iterdir()
    path.rename(path.with_name(path.name.removesuffix("S")))
    past = timezone.now() - timedelta(seconds=1)
    BulkJobMessage.objects.using("gateway").update(status="PROCESSING", claimed_by="lost", lease_until=past)
    BulkJobMessage.objects.using("gateway").get().job.__class__.objects.using("gateway").update(
        status="PROCESSING", completed_at=None
    )
    recover()
    work_off(job_id)
    assert entries(client, job_id)[BO][0] == ["forwarded", "read"]


def test_a_release_has_none_since_nobody_saw_what_was_held(client, mailboxes, work_off):
    held(subject="offer")
    search = {"detections_only": False, "subject": "offer"}
    job_id = client.investigate.bulk.create(action="RELEASE", search_params=search).job_id
    work_off(job_id)
    assert entries(client, job_id) == {BO: (None, None)}
