"""Tell whether a user's report is decided, and how, by the mirror of submissions. No API call is made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from investigate.reporter_answers.states import GRAVE, THREATS, VERDICT_OF, Verdict
from investigate.reviews.models import Submission
from investigate.reviews.selectors import submissions_all

WAITS_AT_MOST = timedelta(hours=24)
"""How long an ended report waits for a verdict. After it, its reporter is told that it was dealt with."""
TAKEN_UP = ("reviewed", "escalated")


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided on a report, and when."""

    verdict: Verdict
    at: datetime


def decision_of(report: Submission) -> Decision | None:
    """Return what was decided, or None while it is open.

    It is what the team's own submission about the message asked for or came to, whichever is graver, the newest since
    the report; else what the API says of a report that was reviewed. That somebody closed the report in the console is
    no verdict: then only a threat is called by its name.
    """
    team = _of_team(report)
    if team is not None:
        if team.answered_at is None:
            return _when_late(team.requested_at, report)
        return Decision(verdict_of_team(team), team.answered_at)
    judged = VERDICT_OF.get(report.outcome_disposition)
    if report.answered_at is not None and report.customer_status in TAKEN_UP:
        return Decision(judged, report.answered_at) if judged else _when_late(report.answered_at, report)
    if report.closed_at is not None:
        return Decision(judged if judged in THREATS else Verdict.HANDLED, report.closed_at)
    return None


def verdict_of_team(team: Submission) -> Verdict:
    """Return the verdict of a team's submission. Mail is harmless only if both the team and the API say so."""
    asked, judged = VERDICT_OF.get(team.requested_disposition), VERDICT_OF.get(team.outcome_disposition)
    grave = next((one for one in GRAVE if one in (asked, judged)), None)
    return grave or (Verdict.HARMLESS if asked == judged == Verdict.HARMLESS else Verdict.HANDLED)


def _of_team(report: Submission) -> Submission | None:
    """Return the team's submission that decides on the report's message, or None."""
    which = Q(pk__in=[])
    if report.escalated_submission_id:
        which |= Q(submission_id=report.escalated_submission_id)
    if report.original_postfix_id:
        which |= Q(original_postfix_id=report.original_postfix_id, requested_at__gte=report.requested_at)
    return submissions_all().filter(which, type__iexact="team").order_by("-requested_at", "-id").first()


def _when_late(since: datetime, report: Submission) -> Decision | None:
    """Return that it was dealt with, if it ended long ago and no verdict came."""
    ended = report.ended_at
    is_late = ended is not None and timezone.now() - max(since, ended) > WAITS_AT_MOST
    return Decision(Verdict.HANDLED, max(since, ended)) if is_late and ended is not None else None
