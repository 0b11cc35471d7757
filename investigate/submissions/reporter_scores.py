"""Who reports well: how often the team agreed, how soon after delivery mail was reported, and how soon it was answered.

It is read from the mirror, from what campaigns have read of messages, and from answers. No API call is made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from investigate.campaigns.keys import mine
from investigate.campaigns.models import CampaignMessage
from investigate.reporter_answers.decisions import verdict_of_team
from investigate.reporter_answers.selectors import answers_all
from investigate.reporter_answers.states import INVALID_STATUS, SIMULATION_OUTCOME, THREATS, VERDICT_OF, Kind, Verdict
from investigate.reviews.models import Submission
from investigate.reviews.selectors import submissions_all
from investigate.submissions.scoreboard import READ_AT_MOST, ROWS_AT_MOST, percentile

LOOKED_UP_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ReporterScore:
    """A line about one reporter; `name` is empty for all of them.

    `decided` counts reports with a verdict of the team, `agreed` those where it is the reporter's, `invalid` those that
    could not be used. The medians are None if nothing is known: from delivery to the report, and from the report to
    the answer.
    """

    name: str
    reports: int
    decided: int
    agreed: int
    invalid: int
    to_report: timedelta | None
    to_answer: timedelta | None

    @property
    def agreement(self) -> int | None:
        """Return `agreed` in percent of `decided`, or None if nothing was decided."""
        return round(self.agreed * 100 / self.decided) if self.decided else None


@dataclass(frozen=True, slots=True)
class ReporterScores:
    """The lines: all reporters together, then each, those with the most reports first. `more` are not listed."""

    total: ReporterScore
    by_reporter: list[ReporterScore]
    more: int


def reporter_scores(since: datetime) -> ReporterScores:
    """Return the scores of the newest READ_AT_MOST reports since a time."""
    reports = list(
        submissions_all()
        .filter(type__iexact="user", requested_at__gte=since, gone_at=None)
        .exclude(requested_by="")
        .order_by("-requested_at")[:READ_AT_MOST]
    )
    facts = _Facts(reports, since)
    people: dict[str, list[Submission]] = defaultdict(list)
    for report in reports:
        people[report.requested_by.casefold()].append(report)
    scores = sorted(
        (facts.score(name, rows) for name, rows in people.items()), key=lambda one: (-one.reports, one.name)
    )
    return ReporterScores(facts.score("", reports), scores[:ROWS_AT_MOST], max(0, len(scores) - ROWS_AT_MOST))


class _Facts:
    """What is looked up of all reports at once."""

    def __init__(self, reports: list[Submission], since: datetime) -> None:
        posts = {report.original_postfix_id for report in reports if report.original_postfix_id}
        self._received = dict(_received(posts))
        self._verdicts = _verdicts(since)
        self._told = dict(
            answers_all()
            .filter(kind=Kind.OUTCOME, left="", at__gte=since)
            .values_list("submission_id", "at")
            .order_by("-at")[:READ_AT_MOST]
        )

    def score(self, name: str, reports: list[Submission]) -> ReporterScore:
        usable = [report for report in reports if report.status != INVALID_STATUS]
        verdicts = [(report, self._verdict(report)) for report in usable]
        decided = [(report, verdict) for report, verdict in verdicts if verdict is not None]
        return ReporterScore(
            name=name,
            reports=len(reports),
            decided=len(decided),
            agreed=sum(_agrees(report, verdict) for report, verdict in decided),
            invalid=len(reports) - len(usable),
            to_report=_median(
                report.requested_at - self._received[report.original_postfix_id]
                for report in usable
                if report.original_postfix_id in self._received
            ),
            to_answer=_median(
                self._told[report.submission_id] - report.requested_at
                for report in usable
                if report.submission_id in self._told
            ),
        )

    def _verdict(self, report: Submission) -> Verdict | None:
        if report.outcome == SIMULATION_OUTCOME:
            return Verdict.PHISHING
        found = self._verdicts.get(report.original_postfix_id)
        return None if found is Verdict.HANDLED else found


def _agrees(report: Submission, verdict: Verdict) -> bool:
    # Whoever reports mail without saying as what takes it for a threat.
    asked = VERDICT_OF.get(report.requested_disposition, Verdict.PHISHING)
    return asked == verdict or (asked in THREATS and verdict in THREATS)


def _received(posts: set[str]) -> Iterator[tuple[str, datetime]]:
    names = sorted(posts)
    for start in range(0, len(names), LOOKED_UP_AT_ONCE):
        part = names[start : start + LOOKED_UP_AT_ONCE]
        yield from mine(CampaignMessage).filter(postfix_id__in=part).values_list("postfix_id", "scanned_at")


def _verdicts(since: datetime) -> dict[str, Verdict]:
    """Return the verdict of the team's newest judged submission about each message."""
    judged = (
        submissions_all()
        .filter(type__iexact="team", requested_at__gte=since, answered_at__isnull=False)
        .exclude(original_postfix_id="")
        .order_by("-requested_at")[:READ_AT_MOST]
    )
    return {row.original_postfix_id: verdict_of_team(row) for row in reversed(judged)}


def _median(spans: Iterable[timedelta]) -> timedelta | None:
    return percentile(sorted(max(span, timedelta(0)) for span in spans), 50)
