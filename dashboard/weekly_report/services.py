"""What admins do with the weekly report. Each writes the row and its audit entry in one transaction."""

from __future__ import annotations

from datetime import UTC, date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import record
from dashboard.outbox.services import outbox_add
from dashboard.pdf import NoPdf
from dashboard.weekly_report.figures import last_whole_week, week_of
from dashboard.weekly_report.models import ReportRecipient, ReportSchedule
from dashboard.weekly_report.sending import pdf_file, report_mail

RECIPIENTS_AT_MOST = 200
WEB_SECONDS = 8.0
"""How long a page waits for a PDF."""


class CannotAdd(Exception):
    """The recipient can't be added. The text says why."""


def schedule_save(schedule: ReportSchedule, *, values: dict[str, Any], actor: Actor) -> None:
    """Change when the report is sent. Switched on, the week before this moment is not sent any more."""
    with transaction.atomic():
        current = ReportSchedule.objects.select_for_update().get(pk=schedule.pk)
        if values["is_on"] and not current.is_on:
            # The next report is the next due one: nobody expects last week's at the moment of switching on.
            current.sent_week = max(current.sent_week or date.min, _week_now())
        for name in ("is_on", "weekday", "hour", "zone"):
            setattr(current, name, values[name])
        current.save()
        state = {"is_on": current.is_on, "when": str(current)}
        _record(actor, AuditAction.REPORT_SCHEDULE, str(current.pk), state)


def _week_now() -> date:
    return last_whole_week(timezone.now().astimezone(UTC).date())


def recipient_add(schedule: ReportSchedule, *, address: str, language: str, actor: Actor) -> None:
    """Add a recipient. Raise CannotAdd."""
    if schedule.recipients.count() >= RECIPIENTS_AT_MOST:
        raise CannotAdd(f"There are {RECIPIENTS_AT_MOST} recipients already. A list's address reaches more people.")
    try:
        with transaction.atomic():
            made = ReportRecipient.objects.create(
                schedule=schedule, address=address, language=language, added_by_name=actor.username
            )
            _record(actor, AuditAction.REPORT_RECIPIENT_ADD, str(made.pk), {"address": address, "language": language})
    except IntegrityError:
        raise CannotAdd(f"{address} gets it already.") from None


def recipient_remove(recipient: ReportRecipient, *, actor: Actor) -> None:
    """Remove a recipient."""
    with transaction.atomic():
        _record(actor, AuditAction.REPORT_RECIPIENT_REMOVE, str(recipient.pk), {"address": recipient.address})
        recipient.delete()


def report_try(*, address: str, language: str, actor: Actor) -> str:
    """Send the report of the last whole week to one address. Return what was missing in it, or an empty text."""
    week, missing = week_of(_week_now()), ""
    try:
        file = pdf_file(week, language, seconds=WEB_SECONDS)
    except NoPdf as error:
        file, missing = None, str(error)
    with transaction.atomic():
        key = f"weekly:trial:{timezone.now().isoformat()}:{address}"[:200]
        outbox_add([report_mail(week, to=address, language=language, file=file, key=key)])
        _record(actor, AuditAction.REPORT_TRY, "", {"address": address})
    return missing


def _record(actor: Actor, action: AuditAction, object_id: str, detail: dict[str, Any]) -> None:
    record(
        actor=actor,
        action=action,
        outcome=Outcome.DONE,
        object_kind="weekly_report",
        object_id=object_id,
        detail=detail,
    )
