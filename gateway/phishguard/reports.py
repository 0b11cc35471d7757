"""Writes PhishGuard reports without duplicates."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from gateway.models import PhishGuardReport

DATABASE = "gateway"
HIGH, MEDIUM = "high", "medium"


@dataclass(frozen=True, slots=True)
class Notice:
    """The content of one report. `about` identifies its subject among the notices of the same kind and day."""

    kind: str
    about: str
    title: str
    content: str
    priority: str
    disposition: str
    tags: tuple[tuple[str, str], ...]
    sender: str
    recipients: tuple[str, ...]
    occurred_at: datetime
    postfix_id: str


def write(account_id: str, notices: Iterable[Notice]) -> None:
    """Write a report for each notice that has no report yet."""
    now = timezone.now()
    PhishGuardReport.objects.using(DATABASE).bulk_create(
        (
            PhishGuardReport(
                account_id=account_id,
                kind=notice.kind,
                key=hashlib.sha256(notice.about.encode("utf-8", "surrogatepass")).hexdigest(),
                day=notice.occurred_at.date(),
                title=notice.title,
                content=notice.content,
                priority=notice.priority,
                disposition=notice.disposition,
                tags=[{"category": category, "value": value} for category, value in notice.tags],
                sender=notice.sender,
                recipients=list(notice.recipients),
                occurred_at=notice.occurred_at,
                postfix_id=notice.postfix_id,
                created_at=now,
                updated_at=now,
            )
            for notice in notices
        ),
        ignore_conflicts=True,
        batch_size=200,
    )
