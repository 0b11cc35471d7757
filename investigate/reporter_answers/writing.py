"""Write one answer: its row, its mail in the outbox and its entry in the audit trail, in one transaction."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import SYSTEM
from dashboard.audit.services import record
from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.outbox.mail import mail_line, mail_of
from dashboard.outbox.services import Outgoing, outbox_add
from investigate.reporter_answers.models import Answer, AnswerSettings
from investigate.reporter_answers.reasons import reason_of
from investigate.reporter_answers.reported_message import ReportedMessage
from investigate.reporter_answers.selectors import answers_all
from investigate.reporter_answers.states import Kind, Left, Verdict
from investigate.reviews.models import Submission

_ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")
_NOBODY: Final = re.compile(
    r"(?:postmaster|mailer-daemon|no-?reply|do-?not-?reply|bounces?|abuse|report-phish|phish(?:ing)?|listserv|majordomo)"
    r"(?:[+.-].*)?",
    re.IGNORECASE,
)
_TEMPLATES: Final = {
    Kind.RECEIVED: "report_received",
    Kind.OUTCOME: "report_outcome",
    Kind.SIMULATION: "report_simulation",
    Kind.INVALID: "report_invalid",
}


@dataclass(frozen=True, slots=True)
class Due:
    """An answer that is due: what is told, and of which message."""

    kind: Kind
    message: ReportedMessage | None
    verdict: Verdict | None = None
    copies: int = 0


def answer_write(due: Due, report: Submission, *, language: str, settings: AnswerSettings) -> int:
    """Answer a report, or write down why nobody is told. Return 1, or 0 if another worker has written it just now.

    If the process dies right after it, the outbox sends the mail.
    """
    left = _why_not(report.requested_by, settings)
    key = "" if left else f"reporter-answer:{backend_fingerprint()[:16]}:{report.submission_id}:{due.kind.value}"
    row = Answer(
        account_id=backend_account_id(),
        backend=backend_fingerprint(),
        submission_id=report.submission_id,
        kind=due.kind,
        recipient=report.requested_by,
        verdict=due.verdict or "",
        copies=due.copies,
        left=left,
        outbox_key=key,
        at=timezone.now(),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            if not left:
                outbox_add([_mail(row, report, due.message, language, settings)])
            record(
                actor=SYSTEM,
                action=AuditAction.REPORTER_ANSWER,
                outcome=Outcome.REFUSED if left else Outcome.DONE,
                object_kind="submission",
                object_id=report.submission_id,
                detail=_told(row),
            )
    except IntegrityError:
        return 0
    return 1


def _told(row: Answer) -> dict[str, Any]:
    detail: dict[str, Any] = {"answer": row.kind, "to": row.recipient}
    if row.verdict:
        detail |= {"verdict": row.verdict, "copies": row.copies}
    return detail | ({"left": row.get_left_display()} if row.left else {})


def _why_not(address: str, settings: AnswerSettings) -> str:
    if not _ADDRESS.fullmatch(address) or _NOBODY.fullmatch(address.rpartition("@")[0]):
        return Left.ADDRESS
    since = timezone.now() - timedelta(days=1)
    told = answers_all().filter(recipient__iexact=address, left="", at__gte=since)
    return Left.LIMIT if told[: settings.per_day].count() >= settings.per_day else ""


def _mail(
    row: Answer, report: Submission, message: ReportedMessage | None, language: str, settings: AnswerSettings
) -> Outgoing:
    received = message.received_at if message is not None else None
    context = {
        "subject": mail_line(report.subject),
        "sender": mail_line(message.sender) if message is not None else "",
        "received": f"{received:%Y-%m-%d %H:%M} UTC" if received is not None else "",
        "reported": f"{report.requested_at:%Y-%m-%d %H:%M} UTC",
        "verdict": row.verdict,
        "copies": row.copies,
        "reason": reason_of(report.outcome),
        "sentence": settings.sentence_de if language == "de" else settings.sentence_en,
    }
    return mail_of(
        to=row.recipient,
        key=row.outbox_key,
        template=_TEMPLATES[Kind(row.kind)],
        language=language,
        context=context,
        about_kind="submission",
        about_id=row.submission_id,
    )
