"""The finders by the place that they look at, and how often each place is looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from dashboard.backend import backend_is_embedded
from investigate.event_export.finding import actions, jobs, submissions, trail, verdicts
from investigate.event_export.finding.place import Look, Step
from investigate.event_export.finding.unread import retry_unread
from investigate.event_export.states import Place


@dataclass(frozen=True, slots=True)
class Finder:
    """How a place is read: a step, and what is done first about messages that could not be read."""

    step: Callable[[Look, dict[str, Any]], Step]
    again: Callable[[Look], None] = lambda _look: None
    rest: timedelta = timedelta(0)
    rest_embedded: timedelta = timedelta(0)

    @property
    def pause(self) -> timedelta:
        """How long the place rests after a whole pass: longer where calls of another's API are counted."""
        return self.rest_embedded if backend_is_embedded() else self.rest


def _verdicts_again(look: Look) -> None:
    retry_unread(Place.VERDICTS, lambda name, last: verdicts.tell_again(look.client, name, last))


def _submissions_again(look: Look) -> None:
    retry_unread(Place.SUBMISSIONS, lambda name, last: submissions.tell_again(look.client, name, last))


def _actions_again(look: Look) -> None:
    retry_unread(Place.ACTIONS, lambda name, last: actions.tell_again(look, name, last))


FINDERS: Mapping[str, Finder] = {
    Place.VERDICTS: Finder(verdicts.step_new, _verdicts_again, timedelta(seconds=60)),
    Place.CHANGES: Finder(verdicts.step_changes, rest=timedelta(hours=1), rest_embedded=timedelta(minutes=2)),
    Place.JOBS: Finder(jobs.step),
    Place.SUBMISSIONS: Finder(submissions.step, _submissions_again),
    Place.ACTIONS: Finder(actions.step, _actions_again, rest=timedelta(hours=1), rest_embedded=timedelta(minutes=2)),
    Place.AUDIT: Finder(trail.step),
}
