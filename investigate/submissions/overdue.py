"""Notify reviewers by mail about overdue submissions, once for each submission."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from dashboard.capabilities import Capability, can
from dashboard.outbox.mail import mail_line, mail_of
from dashboard.outbox.services import outbox_add
from investigate.reviews.models import Submission, overdue_before
from investigate.reviews.selectors import submissions_all
from investigate.submissions.selectors import OPEN

TOLD_AT_ONCE = 100


def mail_overdue() -> int:
    """Put mail about newly overdue submissions to all reviewers into the outbox. Return how many it tells of.

    At most TOLD_AT_ONCE submissions are in one mail. They are marked in the transaction that writes the mail, so they
    are told once, whatever dies. Without a mail server or anybody to tell, they wait.
    """
    if not settings.GATEHOUSE_SENDS_MAIL:
        return 0
    with transaction.atomic():
        newly = submissions_all().filter(OPEN, told_at=None, gone_at=None, requested_at__lt=overdue_before())
        late = list(newly.select_for_update().order_by("requested_at")[:TOLD_AT_ONCE])
        recipients = _reviewers() if late else []
        if not recipients:
            return 0
        now = timezone.now()
        outbox_add(
            [
                mail_of(
                    to=address,
                    key=f"overdue:{now.isoformat()}:{address}"[:200],
                    template="overdue",
                    language="en",
                    context={"lines": [_line(row) for row in late], **_context(len(late))},
                    about_kind="overdue",
                )
                for address in recipients
            ]
        )
        submissions_all().filter(pk__in=[row.pk for row in late]).update(told_at=now)
    return len(late)


def _context(count: int) -> dict[str, Any]:
    address = f"{settings.GATEHOUSE_URL}{reverse('reviews:submissions')}?view=overdue"
    return {"count": count, "hours": settings.GATEHOUSE_REVIEW_HOURS, "address": address}


def _reviewers() -> list[str]:
    people = User.objects.filter(is_active=True).exclude(email="").prefetch_related("groups").order_by("username")
    return [person.email for person in people if can(person, Capability.CLAIM)]


def _line(row: Submission) -> str:
    """Return a line of the mail: when, claimed by whom, and the subject, which mail programs make no link of."""
    claimed = f"claimed by {mail_line(row.claimed_by_name, 80)}" if row.claimed_by_name else "unclaimed"
    return f"Asked {row.requested_at:%Y-%m-%d %H:%M} UTC, {claimed}: {mail_line(row.subject) or 'no subject'}"
