"""Sends the weekly report when its time has come: once for each week and recipient."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.template.loader import get_template
from django.utils import timezone, translation

from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.outbox.mail import File, language_of, mail_of
from dashboard.outbox.services import Outgoing, outbox_add
from dashboard.pdf import NoPdf, pdf_of
from dashboard.weekly_report.figures import Week, last_whole_week, week_of
from dashboard.weekly_report.models import ReportSchedule
from dashboard.weekly_report.words import words_in

logger = logging.getLogger(__name__)
PATIENCE = timedelta(hours=1)
"""For so long the report waits for a renderer; then it is sent without the PDF, and says so."""


def schedule_ensure() -> ReportSchedule:
    """Return the schedule of the configured backend. It is off at first."""
    return ReportSchedule.objects.get_or_create(account_id=backend_account_id(), backend=backend_fingerprint())[0]


def due_week(schedule: ReportSchedule, now: datetime) -> tuple[date, datetime] | None:
    """Return the week that is to be sent now, and since when, or None. A week is sent within seven days, or never."""
    if not schedule.is_on:
        return None
    local = now.astimezone(ZoneInfo(schedule.zone))
    monday = local.date() - timedelta(days=local.weekday())
    at = datetime.combine(monday + timedelta(days=schedule.weekday), datetime.min.time(), tzinfo=local.tzinfo)
    at = at.replace(hour=schedule.hour)
    if at > local:
        at -= timedelta(days=7)
    week = last_whole_week(at.astimezone(UTC).date())
    return None if schedule.sent_week and schedule.sent_week >= week else (week, at)


def report_send_due() -> int:
    """Put the report into the outbox if it is due. Return the number of mails.

    The mails and the mark that the week was sent are one transaction. If the process dies before, all of it is done
    again; the PDF is drawn anew.
    """
    schedule = schedule_ensure()
    now = timezone.now()
    due = due_week(schedule, now)
    if due is None:
        return 0
    monday, since = due
    recipients = list(schedule.recipients.all())
    week = week_of(monday)
    files: dict[str, File | None] = {}
    trouble = ""
    for language in sorted({language_of(one.language) for one in recipients}):
        try:
            files[language] = pdf_file(week, language)
        except NoPdf as error:
            if now < since + PATIENCE:
                logger.info("the weekly report waits for its PDF: %s", error)
                return 0
            files[language], trouble = None, f"Sent without its PDF: {error}."
    mails = [
        report_mail(week, to=one.address, language=one.language, file=files[language_of(one.language)])
        for one in recipients
    ]
    with transaction.atomic():
        mine = ReportSchedule.objects.select_for_update().get(pk=schedule.pk)
        if mine.sent_week and mine.sent_week >= monday:
            return 0
        outbox_add(mails)
        mine.sent_week, mine.sent_at, mine.trouble = monday, now, trouble[:300]
        mine.save(update_fields=["sent_week", "sent_at", "trouble"])
    return len(mails)


def report_mail(week: Week, *, to: str, language: str, file: File | None, key: str = "") -> Outgoing:
    """Return the report as mail to one person."""
    return mail_of(
        to=to,
        key=key or f"weekly:{week.start.isoformat()}:{to}"[:200],
        template="weekly_report",
        language=language,
        context=_context(week, language, has_pdf=file is not None),
        about_kind="weekly_report",
        about_id=week.start.isoformat(),
        files=[file] if file else [],
    )


def pdf_file(week: Week, language: str, *, seconds: float = 30.0) -> File:
    """Return the report as PDF, within so many seconds. Raise NoPdf."""
    chosen = language_of(language)
    with translation.override(chosen):
        values = {"url": settings.GATEHOUSE_URL, "language": chosen, **_context(week, chosen, has_pdf=True)}
        html = get_template(f"mail/{chosen}/weekly_report.html").render({**values, "is_pdf": True})
    return File(f"gatehouse-{week.start.isoformat()}.pdf", "application/pdf", pdf_of(html, seconds=seconds))


def _context(week: Week, language: str, *, has_pdf: bool) -> dict[str, Any]:
    words = words_in(language)
    return {
        "week": week,
        "has_pdf": has_pdf,
        "dispositions": [(words[line.name], line) for line in week.dispositions],
        "places": [(words[line.name], line) for line in week.places],
        "tops": [
            (words["targets"], week.targets),
            (words["senders"], week.senders),
            (words["categories"], week.categories),
        ],
        "more": [(one.labels.get(language_of(language), one.labels["en"]), one.text) for one in week.more],
    }
