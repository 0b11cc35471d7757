"""How many copies of a reported mail jobs removed: only what was proven counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from api_client.models import MailboxDestination
from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.jobs.models import JobItem, JobOutcome
from dashboard.jobs.states import PROVEN, JobAction
from investigate.campaigns.keys import mine
from investigate.campaigns.models import Campaign, CampaignMessage
from investigate.campaigns.selectors import campaign_meant
from investigate.reporter_answers.reported_message import ReportedMessage
from investigate.reviews.models import Submission
from investigate.reviews.selectors import submissions_all

COUNTED_AT_MOST = 100_000
SAME_AT_MOST = 500
AWAY = tuple(one.value for one in MailboxDestination if one != MailboxDestination.INBOX)


@dataclass(frozen=True, slots=True)
class Found:
    """What jobs did to a mail: how many copies they removed, and whether one about it has not ended."""

    removed: int
    is_open: bool


class Copies:
    """What the console's jobs did to reported mail. It is looked up once for each mail or campaign: keep it shortly."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Found] = {}

    def of(self, report: Submission, message: ReportedMessage | None) -> Found:
        """Return what was done to the mail of a report: to messages with the same text, and to its campaign."""
        campaign = campaign_meant(message.investigate_id, message.disposition) if message is not None else None
        whole = f"campaign {campaign.key}" if campaign is not None else report.original_postfix_id
        key = (report.same_mail, whole)
        if key not in self._found:
            ids = _Ids(report, message, campaign)
            self._found[key] = Found(_removed(ids), _is_open(ids))
        return self._found[key]


class _Ids:
    """The ids of the messages that are copies of a mail, as filters."""

    def __init__(self, report: Submission, message: ReportedMessage | None, campaign: Campaign | None) -> None:
        posts = {report.original_postfix_id} if report.original_postfix_id else set()
        if report.same_mail:
            same = submissions_all().filter(same_mail=report.same_mail).exclude(original_postfix_id="")
            posts |= set(same.values_list("original_postfix_id", flat=True)[:SAME_AT_MOST])
        self._names = sorted(posts | ({message.investigate_id} if message is not None else set()))
        self._sets = [mine(CampaignMessage).filter(postfix_id__in=sorted(posts)).values("investigate_id")]
        if campaign is not None:
            self._sets.append(campaign.messages.values("investigate_id"))

    def within(self, column: str) -> Q:
        """Return the filter of rows whose column names one of the messages."""
        found = Q(**{f"{column}__in": self._names})
        for one in self._sets:
            found |= Q(**{f"{column}__in": one})
        return found


def _removed(ids: _Ids) -> int:
    """Return how many copies were provably moved out of inboxes, and not put back by undoing the job."""
    moved = JobOutcome.objects.filter(
        Q(destination__in=AWAY)
        | Q(destination="", item__destination__in=AWAY)
        | Q(destination="", item__destination="", item__job__destination__in=AWAY),
        ids.within("item__investigate_id"),
        **_backend("item__job"),
        success=True,
        item__proof__in=PROVEN,
        item__job__action=JobAction.MOVE,
        item__job__undone_by=None,
    )
    return moved.order_by().values("item__investigate_id", "recipient").distinct()[:COUNTED_AT_MOST].count()


def _is_open(ids: _Ids) -> bool:
    """Return whether a job about the mail has not ended: what it does is not proven yet."""
    return JobItem.objects.filter(ids.within("investigate_id"), **_backend("job"), job__finished_at=None).exists()


def _backend(prefix: str) -> dict[str, Any]:
    return {f"{prefix}__account_id": backend_account_id(), f"{prefix}__backend": backend_fingerprint()}
