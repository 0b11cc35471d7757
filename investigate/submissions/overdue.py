"""Notify reviewers by mail about overdue submissions, once for each submission."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone

from dashboard.capabilities import Capability, can
from dashboard.mail_text import defang, plain
from investigate.reviews.models import Submission, overdue_before
from investigate.reviews.selectors import submissions_all
from investigate.submissions.selectors import OPEN

TOLD_AT_ONCE = 100


def mail_overdue() -> int:
    """Send one mail about newly overdue submissions to all reviewers. Return the number of submissions in the mail.

    At most TOLD_AT_ONCE submissions are in one mail. They are marked after the mail was sent. If the process dies in
    between, the mail is sent twice rather than never.
    """
    late = list(
        submissions_all()
        .filter(OPEN, told_at=None, gone_at=None, requested_at__lt=overdue_before())
        .order_by("requested_at")[:TOLD_AT_ONCE]
    )
    recipients = _reviewers() if late else []
    if not recipients:
        return 0
    EmailMessage(
        subject=f"{len(late)} overdue submission{'s' if len(late) > 1 else ''}",
        body=_body(late),
        from_email=settings.DEFAULT_FROM_EMAIL,
        bcc=recipients,
    ).send()
    submissions_all().filter(pk__in=[row.pk for row in late]).update(told_at=timezone.now())
    return len(late)


def _reviewers() -> list[str]:
    people = User.objects.filter(is_active=True).exclude(email="").prefetch_related("groups").order_by("username")
    return [person.email for person in people if can(person, Capability.CLAIM)]


def _body(late: list[Submission]) -> str:
    """Return the text of the mail. Subjects are defanged, so that a mail client makes no links of them."""
    lines = [
        f"Asked {row.requested_at:%Y-%m-%d %H:%M} UTC"
        f"{f', claimed by {row.claimed_by_name}' if row.claimed_by_name else ', unclaimed'}:"
        f" {plain(defang(row.subject))[:200] or 'no subject'}"
        for row in late
    ]
    hours = settings.GATEHOUSE_REVIEW_HOURS
    address = f"{settings.GATEHOUSE_URL}{reverse('reviews:submissions')}?view=overdue"
    return "\n".join([f"Open for more than {hours} hours:", "", *lines, "", address, ""])
