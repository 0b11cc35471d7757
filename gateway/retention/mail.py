"""Deletion of old messages, with all rows about them. What lies in mailboxes is their owners' and is never touched.

A message goes in one transaction with its index, detail, trace, deliveries, action log and submissions, and with the
row of its bytes if no other message has the same. The file and the pictures follow (`gateway.retention.raw_files`). If
the process dies, the next slice goes on where it was.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, Model, OuterRef, Q
from django.utils import timezone

from gateway.holds.matching import MATCHED_FIELDS, active_holds, matchers
from gateway.ids import first_key
from gateway.models import (
    ActionLog,
    Bounce,
    BulkJobMessage,
    Delivery,
    Message,
    MessageDetail,
    MessageIndex,
    NotificationRequest,
    PhishGuardReport,
    RawMail,
    RawRemoval,
    RetentionMark,
    RetroFinding,
    Submission,
    TraceLine,
    UnreadMessage,
)
from gateway.models.delivery import WAITING
from gateway.store.packs import is_pack

DATABASE = "gateway"
PACKS_WAIT = timedelta(days=1)
"""How long deleted bytes stay in a pack with others, at least, before it is written anew without them."""
AT_ONCE = 25
"""Messages of a slice. Their index entries take most of the time: about 10 ms together."""

_MARK = "mail"
_ABOUT_A_MESSAGE: tuple[type[Model], ...] = (
    ActionLog,
    TraceLine,
    Bounce,
    NotificationRequest,
    Delivery,
    MessageIndex,
    MessageDetail,
    UnreadMessage,
    RetroFinding,
)


def delete_mail_slice(before: datetime) -> tuple[int, bool]:
    """Look at the next messages scanned before a time, and delete those that nothing keeps.

    Return how many were deleted, and whether there may be more to look at. After the last one, the walk begins anew at
    the next call, since what was kept may be free by then.
    """
    with transaction.atomic(using=DATABASE):
        mark, _ = RetentionMark.objects.using(DATABASE).get_or_create(name=_MARK)
        found = list(
            Message.objects.using(DATABASE)
            .filter(pk__gt=mark.position, pk__lt=first_key(before))
            .only(*MATCHED_FIELDS, "raw_id")
            .order_by("pk")[:AT_ONCE]
        )
        free = _free(found)
        if free:
            _delete(free)
        last = found[-1].pk if len(found) == AT_ONCE else 0
        RetentionMark.objects.using(DATABASE).filter(pk=mark.pk).update(position=last)
    return len(free), bool(last)


def delete_reports_slice(before: datetime) -> tuple[int, bool]:
    """Delete PhishGuard reports from before a time: they name senders and recipients of mail that is gone."""
    reports = PhishGuardReport.objects.using(DATABASE)
    pks = list(reports.filter(created_at__lt=before).order_by("created_at").values_list("pk", flat=True)[:100])
    reports.filter(pk__in=pks).delete()
    return len(pks), len(pks) == 100


def _free(found: Sequence[Message]) -> list[Message]:
    """Return the messages that no hold names and nobody works on."""
    prepared = matchers(active_holds())
    keys = [message.pk for message in found]
    busy = _keys(Delivery.objects.using(DATABASE).filter(message_id__in=keys, status__in=WAITING))
    busy |= _keys(Bounce.objects.using(DATABASE).filter(message_id__in=keys, status__in=WAITING))
    busy |= _keys(UnreadMessage.objects.using(DATABASE).filter(message_id__in=keys, try_after__isnull=False))
    active = (BulkJobMessage.Status.PENDING, BulkJobMessage.Status.PROCESSING)
    busy |= _keys(BulkJobMessage.objects.using(DATABASE).filter(message_id__in=keys, status__in=active))
    waiting = Submission.objects.using(DATABASE).filter(status=Submission.Status.SUBMITTED)
    busy |= _keys(waiting.filter(message_id__in=keys))
    busy |= set(waiting.filter(report_id__in=keys).values_list("report_id", flat=True))
    return [
        message for message in found if message.pk not in busy and not any(one.matches(message) for one in prepared)
    ]


def _keys(rows: Any) -> set[int]:
    return set(rows.values_list("message_id", flat=True))


def _delete(messages: Sequence[Message]) -> None:
    keys = [message.pk for message in messages]
    raws = {message.raw_id for message in messages}
    submissions = Submission.objects.using(DATABASE).filter(Q(message_id__in=keys) | Q(report_id__in=keys))
    raws |= set(submissions.filter(eml__isnull=False).values_list("eml_id", flat=True))
    submissions.delete()
    for model in _ABOUT_A_MESSAGE:
        model._default_manager.using(DATABASE).filter(message_id__in=keys).delete()
    Message.objects.using(DATABASE).filter(pk__in=keys).delete()
    _let_go_of(raws)


def _let_go_of(hashes: Iterable[str]) -> None:
    """Delete the rows of bytes that nothing refers to, and note that their files are to go.

    Those of packs wait: a pack is written anew for all that go in a while.
    """
    unused = list(
        RawMail.objects.using(DATABASE)
        .select_for_update()
        .filter(pk__in=list(hashes))
        .order_by("pk")
        .exclude(Exists(Message.objects.filter(raw_id=OuterRef("pk"))))
        .exclude(Exists(Submission.objects.filter(eml_id=OuterRef("pk"))))
    )
    _keep_older_notes({row.pk: row.file for row in unused})
    now = timezone.now()
    RawRemoval.objects.using(DATABASE).bulk_create(
        [
            RawRemoval(sha256=row.pk, file=row.file, due_at=now + PACKS_WAIT if is_pack(row.file) else now)
            for row in unused
        ],
        update_conflicts=True,
        unique_fields=["sha256"],
        update_fields=["file", "due_at"],
    )
    RawMail.objects.using(DATABASE).filter(pk__in=[row.pk for row in unused]).delete()


def _keep_older_notes(files: dict[str, str]) -> None:
    """Keep the note of a pack under another key if the bytes came again meanwhile, and now go from another file."""
    for note in RawRemoval.objects.using(DATABASE).filter(pk__in=list(files)):
        if is_pack(note.file) and note.file != files[note.pk]:
            RawRemoval.objects.using(DATABASE).update_or_create(
                pk=hashlib.sha256(note.file.encode()).hexdigest(), defaults={"file": note.file, "due_at": note.due_at}
            )
