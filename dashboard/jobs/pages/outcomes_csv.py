"""Writes a job's outcomes as CSV (RFC 4180), one line for each message and recipient."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from dashboard.csv_cells import csv_lines
from dashboard.jobs.actions import folder_of
from dashboard.jobs.models import Job, JobItem, JobOutcome
from dashboard.jobs.selectors import job_items

COLUMNS = [
    "message",
    "message_id",
    "subject",
    "sender",
    "received",
    "place_before",
    "destination",
    "recipient",
    "state",
    "recipient_outcome",
    "had_read",
    "had_answered",
    "had_forwarded",
    "forwarded_to",
    "accepted",
    "proof",
    "settled_at",
    "attempts",
    "error_code",
    "error",
]


def outcome_lines(job: Job, *, show: str) -> Iterator[str]:
    """Yield the lines, header first. `show` is one of the filters of the job's page."""
    yield from csv_lines(chain([COLUMNS], _rows(job, show)))


def _rows(job: Job, show: str) -> Iterator[list[str]]:
    after: int | None = 0
    while after is not None:
        items, after = job_items(job, show=show, after=after)
        for item in items:
            outcomes: list[JobOutcome | None] = [*item.outcomes.all()]
            for outcome in outcomes or [None]:
                yield _cells(job, item, outcome)


def _cells(job: Job, item: JobItem, outcome: JobOutcome | None) -> list[str]:
    seen = item.seen
    recipient = outcome.recipient if outcome else "; ".join(seen.recipients)
    return [
        item.investigate_id,
        seen.message_id,
        seen.subject,
        seen.sender,
        seen.received,
        seen.place,
        folder_of(job, item),
        recipient,
        item.state,
        (outcome.status or str(outcome.success)) if outcome else "",
        *(_told(outcome, name) for name in ("was_read", "was_answered", "was_forwarded")),
        "; ".join(outcome.forwarded_to) if outcome else "",
        "yes" if item.accepted else "no",
        item.proof,
        item.settled_at.isoformat() if item.settled_at else "",
        str(item.attempts),
        item.error_code,
        item.error,
    ]


def _told(outcome: JobOutcome | None, name: str) -> str:
    """Return yes, no, or nothing where the mailbox did not tell."""
    value = getattr(outcome, name, None)
    return "" if value is None else "yes" if value else "no"
