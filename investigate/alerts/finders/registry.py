"""The finder of each kind of alert. A new kind takes a value in `Kind`, a file, and a line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api_client import Client
from investigate.alerts.finders import jobs, mail_bomb, matches, reports, submissions
from investigate.alerts.finders.found import Found
from investigate.alerts.models import Alert, Kind


@dataclass(frozen=True, slots=True)
class Finder:
    """How something is found: `start` gives the cursor for a time, `find` what came after the alert's cursor."""

    start: Callable[[datetime], dict[str, Any]]
    find: Callable[[Alert, Client, datetime], Found]


FINDERS: dict[str, Finder] = {
    Kind.MATCHES: Finder(matches.start, matches.find),
    Kind.LATE_THREAT: Finder(reports.start, reports.find),
    Kind.OVERDUE: Finder(submissions.start, submissions.find),
    Kind.JOB_UNDONE: Finder(jobs.start, jobs.find),
    Kind.MAIL_BOMB: Finder(mail_bomb.start, mail_bomb.find),
}
