"""Queries for campaigns: the list, one campaign, its messages, and the campaign of a message. No API call is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from dashboard.jobs.models import Job, JobItem
from investigate.campaigns.arranging import FEWEST_MESSAGES, NOT_JUDGED
from investigate.campaigns.keys import mine
from investigate.campaigns.models import Campaign, CampaignMessage, HandChange
from investigate.reviews.models import Submission
from investigate.reviews.selectors import Page, page_of

VIEWS = {
    "threats": "Threats",
    "reported": "Reported",
    "growing": "Growing",
    "left": "Left in mailboxes",
    "all": "All groups",
}
ORDERS = {"newest": "-last_at", "largest": "-size", "widest": "-recipients", "threats": "-threat_percent"}
GROWING = timedelta(hours=24)
RECIPIENTS_SHOWN = 50
JOBS_SHOWN = 50
IDS_AT_MOST = 100_000


def campaign_page(*, view: str, order: str, filters: Mapping[str, Any], number: int) -> Page[Campaign]:
    """Return a page. `view` is a key of VIEWS, `order` one of ORDERS, `filters` the cleaned data of the list's form."""
    rows = mine(Campaign).filter(_view(view))
    for word in (filters.get("query") or "").split():
        rows = rows.filter(title__icontains=word)
    if filters.get("size"):
        rows = rows.filter(size__gte=filters["size"])
    if filters.get("start"):
        rows = rows.filter(last_at__gte=filters["start"])
    if filters.get("end"):
        rows = rows.filter(first_at__lt=filters["end"])
    return page_of(rows.order_by(ORDERS[order], "-id"), number)


def _view(view: str) -> Q:
    threat = Q(is_threat=True)
    return {
        "threats": threat,
        "reported": Q(reported__gt=0),
        "growing": threat & Q(grown_at__gte=timezone.now() - GROWING),
        "left": threat & Q(left__gt=0),
    }.get(view, Q())


def campaign_of(message_id: str) -> Campaign | None:
    """Return the campaign of a message, or None if it is in none."""
    row = mine(CampaignMessage).filter(investigate_id=message_id[:255]).select_related("campaign").first()
    return row.campaign if row else None


def campaign_meant(message_id: str, disposition: str | None) -> Campaign | None:
    """Return the campaign of a message if all of it is meant when that message is acted on, else None.

    It has other messages, and at least half of it is judged as this one. Else a threat that resembles a newsletter
    would take all of that along.
    """
    campaign = campaign_of(message_id)
    if campaign is None or campaign.size < FEWEST_MESSAGES:
        return None
    same: int = campaign.dispositions.get((disposition or NOT_JUDGED).upper(), 0)
    return campaign if same * 2 >= campaign.size else None


def ids_of(campaign: Campaign) -> list[str]:
    """Return the ids of its messages, newest first."""
    rows = campaign.messages.order_by("-scanned_at", "-id").values_list("investigate_id", flat=True)
    return list(rows[:IDS_AT_MOST])


def recipients_of(campaign: Campaign) -> list[tuple[str, int]]:
    """Return its recipients with how many messages each got, the most first, at most RECIPIENTS_SHOWN."""
    counts: Counter[str] = Counter()
    for names in campaign.messages.values_list("recipients", flat=True).iterator(chunk_size=2000):
        counts.update({name.casefold() for name in names})
    return sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))[:RECIPIENTS_SHOWN]


def reports_of(campaign: Campaign) -> list[Submission]:
    """Return the reports and requests about its messages, newest first, at most 50."""
    posts = campaign.messages.exclude(postfix_id="").values("postfix_id")
    return list(mine(Submission).filter(original_postfix_id__in=posts).order_by("-requested_at")[:50])


def jobs_of(campaign: Campaign) -> list[tuple[Job, int]]:
    """Return the jobs that acted on its messages, newest first, each with the number of its messages, at most 50."""
    ids = campaign.messages.values("investigate_id")
    counts = Counter(JobItem.objects.filter(investigate_id__in=ids).values_list("job_id", flat=True)[:IDS_AT_MOST])
    jobs = mine(Job).filter(pk__in=list(counts)[:500]).order_by("-created_at")[:JOBS_SHOWN]
    return [(job, counts[job.pk]) for job in jobs]


def changes_of(campaign: Campaign) -> list[HandChange]:
    """Return the changes by hand in force that name a message of the campaign, newest first."""
    mine_ids = set(campaign.messages.values_list("investigate_id", flat=True).iterator(chunk_size=5000))
    rows = mine(HandChange).filter(undone_at=None).order_by("-id")
    return [row for row in rows if not mine_ids.isdisjoint(row.ids)]
