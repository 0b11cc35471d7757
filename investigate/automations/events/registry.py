"""The finder of each event. A new event takes a value in `Event`, a finder, and a line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from investigate.automations.events import campaigns, jobs, judged, submissions
from investigate.automations.events.found import Found, Search
from investigate.automations.states import Event


@dataclass(frozen=True, slots=True)
class Finder:
    """How an event is found: `start` gives the cursor for a time, `step` the next messages after a cursor."""

    start: Callable[[datetime], dict[str, Any]]
    step: Callable[[Search, dict[str, Any]], Found]


FINDERS: dict[str, Finder] = {
    Event.JUDGED: Finder(judged.start, judged.step),
    Event.REPORTED: Finder(submissions.start_reported, submissions.step_reported),
    Event.CLASSIFIED: Finder(submissions.start_classified, submissions.step_classified),
    Event.RELEASED: Finder(jobs.start, jobs.step_released),
    Event.JOB_ENDED: Finder(jobs.start, jobs.step_ended),
    Event.CAMPAIGN_GREW: Finder(campaigns.start, campaigns.step),
}
