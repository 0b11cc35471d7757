"""Team submissions: creates the security team's reclassification requests and escalates users' reports."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from gateway.delivery.ledger import DATABASE
from gateway.delivery.statuses import update_delivery_fields
from gateway.models import ActionLog, Message, RawMail, Submission
from gateway.models.message import OperationBit
from gateway.store.raw_mail import write_raw
from gateway.submissions.dispositions import requestable_disposition

Type, CustomerStatus = Submission.Type, Submission.CustomerStatus


class UnknownReport(Exception):
    """The id to escalate is not the id of a user's report of this message."""


def submission_create(
    *,
    message: Message,
    requested_by: str,
    requested_disposition: str,
    eml: bytes | None = None,
    escalates: str | None = None,
) -> Submission:
    """Create the team's request to reclassify `message`, and return the submission.

    `escalates` is the id of a user's report of this message. The function is idempotent: until the request has been
    reviewed, the same request returns the same submission, since clients retry.

    :raises UnknownReport: if there is no such report.
    """
    report = _report(message, escalates) if escalates else None
    stored = write_raw(eml) if eml is not None else None
    with transaction.atomic(using=DATABASE):
        waiting = _waiting(message, requested_by, requested_disposition, stored, report)
        if waiting is not None:
            return waiting
        if stored is not None:
            RawMail.objects.using(DATABASE).bulk_create([stored], ignore_conflicts=True)
        made = Submission.objects.using(DATABASE).create(
            account_id=message.account_id,
            type=Type.TEAM,
            message=message,
            eml=stored,
            subject=message.subject,
            folded=folded(message, requested_by),
            requested_at=timezone.now(),
            requested_by=requested_by,
            requested_disposition=requested_disposition,
            original_disposition=requestable_disposition(message.final_disposition),
        )
        if report is not None:
            _escalate(report, made)
        Submission.objects.using(DATABASE).filter(
            message=message, type=Type.USER, customer_status=CustomerStatus.UNREVIEWED
        ).update(customer_status=CustomerStatus.REVIEWED)
        log(made, message)
    return made


def _report(message: Message, name: str) -> Submission:
    try:
        key = UUID(name)
    except ValueError:
        raise UnknownReport from None
    found = Submission.objects.using(DATABASE).filter(pk=key, message=message, type=Type.USER).first()
    if found is None:
        raise UnknownReport
    return found


def _waiting(
    message: Message, requested_by: str, disposition: str, eml: RawMail | None, report: Submission | None
) -> Submission | None:
    same = Submission.objects.using(DATABASE).filter(
        message=message,
        type=Type.TEAM,
        status=Submission.Status.SUBMITTED,
        requested_by=requested_by,
        requested_disposition=disposition,
        eml_id=eml.pk if eml is not None else None,
    )
    return same.filter(escalated_from=report).first() if report is not None else same.first()


def _escalate(report: Submission, made: Submission) -> None:
    Submission.objects.using(DATABASE).filter(pk=report.pk).update(
        customer_status=CustomerStatus.ESCALATED,
        escalated_to=made,
        escalated_as=made.requested_disposition,
        escalated_at=made.requested_at,
        escalated_by=made.requested_by,
    )


def log(submission: Submission, message: Message) -> None:
    """Write a submission to the action log of its message, in the caller's transaction."""
    ActionLog.objects.using(DATABASE).create(
        message=message,
        operation=ActionLog.Operation.SUBMISSION,
        started_at=submission.requested_at,
        completed_at=submission.requested_at,
        success=True,
        status="submitted",
        properties={
            "requested_by": submission.requested_by,
            "requested_disposition": submission.requested_disposition,
            "submission_id": str(submission.pk),
            "submission_type": str(submission.type),
        },
    )
    update_delivery_fields(message, operation=OperationBit.SUBMISSION)


def folded(message: Message | None, *more: str) -> str:
    """Return the case-folded text that search terms are compared with: subject, sender, ids, and the texts `more`."""
    known = (message.subject, message.from_address, message.message_id, message.investigate_id) if message else ()
    return " ".join([*known, *more]).casefold()
