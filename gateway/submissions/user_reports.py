"""User submissions: records what a report is about, and what of it can't be used."""

from collections.abc import Sequence

from gateway.delivery.ledger import DATABASE
from gateway.models import Message, RawMail, Submission, TraceLine
from gateway.submissions.dispositions import requestable_disposition
from gateway.submissions.reasons import SIMULATION
from gateway.submissions.report_mail import asked_for
from gateway.submissions.reported_messages import Reported
from gateway.submissions.services import folded, log


def record(report: Message, reporter: str, found: Sequence[Reported]) -> None:
    """Write a User submission for each thing that was reported, in the transaction that stores the report.

    What can't be used is an invalid one. A report of which nothing can be used stays ordinary mail.
    """
    for one in found:
        if one.unusable:
            _record_invalid(report, reporter, one.unusable)
        else:
            _record_one(report, reporter, one)


def _record_invalid(mail: Message, reporter: str, why: str) -> None:
    made = Submission.objects.using(DATABASE).create(
        account_id=mail.account_id,
        type=Submission.Type.USER,
        report=mail,
        subject=mail.subject,
        folded=folded(None, mail.subject, reporter),
        requested_at=mail.scanned_at,
        requested_by=reporter[:320],
        requested_disposition=asked_for(mail.subject),
        status=Submission.Status.INVALID,
        outcome=why,
    )
    _note(mail, f"not usable as a report: {why}, submission {made.pk}")


def _record_one(report: Message, reporter: str, one: Reported) -> None:
    if one.eml is not None:
        RawMail.objects.using(DATABASE).bulk_create([one.eml], ignore_conflicts=True)
    made = Submission.objects.using(DATABASE).create(
        account_id=report.account_id,
        type=Submission.Type.USER,
        message=one.message,
        report=report,
        eml=one.eml,
        subject=one.subject,
        folded=folded(one.message, one.subject, reporter),
        requested_at=report.scanned_at,
        requested_by=reporter[:320],
        requested_disposition=asked_for(report.subject),
        original_disposition=requestable_disposition(one.message.final_disposition) if one.message else "",
        outcome=SIMULATION if one.is_simulation else "",
    )
    about = one.message.investigate_id if one.message else "a message that is not stored here"
    _note(report, f"taken as a report of {about}, submission {made.pk}")
    if one.message is not None:
        log(made, one.message)


def _note(mail: Message, text: str) -> None:
    TraceLine.objects.using(DATABASE).create(
        message=mail,
        direction=TraceLine.Direction.INBOUND,
        logged_at=mail.scanned_at,
        text=f"{mail.postfix_id}: {text}",
    )
