"""Users' reports of one campaign stand in one row of the list, as those of one mail do.

Campaigns change as mail arrives, so the key by which rows stand together is kept up in the background.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import TypeVar

from django.db.models import QuerySet
from django.utils import timezone

from investigate.campaigns.keys import mine
from investigate.campaigns.models import CampaignMessage
from investigate.reviews.mirror import DAYS
from investigate.reviews.models import Submission
from investigate.reviews.selectors import submissions_all

T = TypeVar("T")
READ_AT_MOST = 20_000
AT_ONCE = 500


def rows_keep() -> int:
    """Put the newest reports into the rows of their campaigns. Return how many changed their row.

    Only campaigns of threats count: a report must not vanish among those of a newsletter that resembles its mail.
    Reports of the same mail stay together. It may run twice, or end in the middle, without harm.
    """
    since = timezone.now() - timedelta(days=DAYS)
    reports = list(
        submissions_all()
        .filter(type__iexact="user", requested_at__gte=since)
        .order_by("-requested_at")
        .values_list("pk", "same_mail", "original_postfix_id", "row_key")[:READ_AT_MOST]
    )
    campaigns = dict(_campaigns({post for _pk, _mail, post, _row in reports if post}))
    of_mail: dict[str, str] = {}
    for _pk, mail, post, _row in reports:
        if post in campaigns:
            of_mail[mail] = min(campaigns[post], of_mail.get(mail, campaigns[post]))
    moved: dict[str, list[int]] = defaultdict(list)
    for pk, mail, _post, row in reports:
        wanted = of_mail.get(mail, mail)
        if row != wanted:
            moved[wanted].append(pk)
    for wanted, pks in moved.items():
        for part in _parts(pks):
            submissions_all().filter(pk__in=part).update(row_key=wanted)
    return sum(map(len, moved.values()))


def others_of_row(submission: Submission) -> QuerySet[Submission]:
    """Return the reports of other mail that stand in the row of this one, newest first: those of its campaign."""
    if not submission.row_key or submission.row_key == submission.same_mail:
        return submissions_all().none()
    others = submissions_all().filter(row_key=submission.row_key).exclude(same_mail=submission.same_mail)
    return others.order_by("-requested_at", "-id")


def _campaigns(posts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each message that is in a campaign of threats, with the key of its row."""
    for part in _parts(sorted(posts)):
        rows = mine(CampaignMessage).filter(postfix_id__in=part, campaign__is_threat=True)
        for post, key in rows.values_list("postfix_id", "campaign__key"):
            yield post, f"campaign {key}"


def _parts(values: list[T]) -> Iterator[list[T]]:
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))
