"""Who reported a mail, its copies or its campaign, by the mirror of submissions. No API call is made."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from api_client.models import SubmissionDisposition
from investigate.reviews.selectors import submissions_all

AT_MOST = 500
NAMED = 2
HARMLESS = frozenset({SubmissionDisposition.NONE, SubmissionDisposition.SPAM, SubmissionDisposition.BULK})


@dataclass(frozen=True, slots=True)
class Reported:
    """Who reported a mail: `reporters` without duplicates, the newest first, and whether anybody took it for a threat.

    `is_more` says that there are more than were counted.
    """

    reporters: tuple[str, ...] = ()
    is_threat: bool = False
    is_more: bool = False

    @property
    def count(self) -> int:
        """Return the number of reporters."""
        return len(self.reporters)

    @property
    def words(self) -> str:
        """Return in words who reported it."""
        named = ", ".join(self.reporters[:NAMED])
        others = self.count - NAMED
        if others <= 0:
            return f"reported by {named}"
        more = f"{others:,}{' or more' if self.is_more else ''} other{'s' if others > 1 else ''}"
        return f"reported by {named} and {more}"


def reported_about(names: Collection[str], *, text_hash: str) -> Reported:
    """Return who reported the mail with one of these ids, or a copy with the same text."""
    same = Q(original_postfix_id__in=[name for name in names if name])
    if text_hash:
        same |= Q(original_edf_hash=text_hash)
    return _reported(same)


def reported_among(posts: QuerySet[Any]) -> Reported:
    """Return who reported a message with one of these postfix ids, which a query gives."""
    return _reported(Q(original_postfix_id__in=posts))


def _reported(which: Q) -> Reported:
    found = list(
        submissions_all()
        .filter(which, type__iexact="user")
        .order_by("-requested_at")
        .values_list("requested_by", "requested_disposition")[: AT_MOST + 1]
    )
    counted = found[:AT_MOST]
    return Reported(
        reporters=tuple(dict.fromkeys(who for who, _ in counted if who)),
        # Whoever reports a mail without saying as what takes it for a threat.
        is_threat=any(asked not in HARMLESS for _, asked in counted),
        is_more=len(found) > AT_MOST,
    )
