"""How many copies of a reported mail jobs removed: only what was proven counts."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from api_client.models import MailboxDestination
from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.jobs.models import JobItem, JobOutcome
from dashboard.jobs.states import PROVEN, JobAction
from investigate.campaigns.keys import mine
from investigate.campaigns.models import CampaignMessage
from investigate.campaigns.selectors import campaign_meant
from investigate.reporter_answers.reported_message import ReportedMessage
from investigate.reviews.models import Submission
from investigate.reviews.selectors import submissions_all

COUNTED_AT_MOST = 100_000
AWAY = tuple(one.value for one in MailboxDestination if one != MailboxDestination.INBOX)


def copies_removed(report: Submission, message: ReportedMessage | None) -> int:
    """Return how many copies of the mail were provably moved out of inboxes by the console's jobs, and not put back."""
    moved = JobOutcome.objects.filter(
        _about(report, message, "item__"),
        **_backend("item__job"),
    ).filter(
        Q(destination__in=AWAY)
        | Q(destination="", item__destination__in=AWAY)
        | Q(destination="", item__destination="", item__job__destination__in=AWAY),
        success=True,
        item__proof__in=PROVEN,
        item__job__action=JobAction.MOVE,
        item__job__undone_by=None,
    )
    return moved.order_by().values("item__investigate_id", "recipient").distinct()[:COUNTED_AT_MOST].count()


def has_open_job(report: Submission, message: ReportedMessage | None) -> bool:
    """Return whether a job about the mail has not ended: what it does is not proven yet."""
    return JobItem.objects.filter(_about(report, message, ""), **_backend("job"), job__finished_at=None).exists()


def _backend(prefix: str) -> dict[str, Any]:
    return {f"{prefix}__account_id": backend_account_id(), f"{prefix}__backend": backend_fingerprint()}


def _about(report: Submission, message: ReportedMessage | None, prefix: str) -> Q:
    """Return the filter of items about the mail: the reported messages with the same text, and their campaign."""
    posts = {report.original_postfix_id} if report.original_postfix_id else set()
    if report.same_mail:
        same = submissions_all().filter(same_mail=report.same_mail).exclude(original_postfix_id="")
        posts |= set(same.values_list("original_postfix_id", flat=True)[:500])
    column = f"{prefix}investigate_id__in"
    about = Q(**{column: sorted(posts)})
    about |= Q(**{column: mine(CampaignMessage).filter(postfix_id__in=sorted(posts)).values("investigate_id")})
    if message is not None:
        about |= Q(**{f"{prefix}investigate_id": message.investigate_id})
        campaign = campaign_meant(message.investigate_id, message.disposition)
        if campaign is not None:
            about |= Q(**{column: campaign.messages.values("investigate_id")})
    return about
