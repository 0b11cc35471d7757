"""Read answers to reporters, the team's settings, and what the outbox says of each answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.outbox.models import OutboxEntry, State
from dashboard.outbox.selectors import lane_pauses
from investigate.reporter_answers.models import Answer, AnswerDomain, AnswerSettings
from investigate.reporter_answers.states import Kind


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """An answer with its mail in the outbox, or None if that has forgotten it since it was sent long ago.

    `pause` is why nothing is sent on the mail's way now, or empty.
    """

    answer: Answer
    entry: OutboxEntry | None
    pause: str = ""

    @property
    def words(self) -> str:
        """Return in words what the person was told."""
        if self.answer.kind != Kind.OUTCOME:
            return self.answer.get_kind_display()
        copies = self.answer.copies
        removed = f"; {copies:,} cop{'ies were' if copies > 1 else 'y was'} removed" if copies else ""
        return f"{self.answer.get_verdict_display()}{removed}"

    @property
    def state(self) -> str:
        """Return in words whether the mail was sent."""
        if self.answer.left:
            return f"Not told: {self.answer.get_left_display()}"
        if self.entry is None or self.entry.state == State.SENT:
            return "Sent"
        if self.entry.state == State.FAILED:
            return f"Given up: {self.entry.error}"
        why = self.entry.error or self.pause
        return f"Stuck in the outbox: {why}" if why else "In the outbox"

    @property
    def is_trouble(self) -> bool:
        """Return whether the mail has not gone although it should have."""
        if self.entry is None or self.entry.state == State.SENT:
            return False
        return self.entry.state == State.FAILED or bool(self.entry.error or self.pause)


def answers_all() -> QuerySet[Answer]:
    """Return the answers on the configured backend."""
    return Answer.objects.filter(account_id=backend_account_id(), backend=backend_fingerprint())


def answer_settings() -> AnswerSettings:
    """Return the team's settings on the configured backend. Create them if there are none."""
    return AnswerSettings.objects.get_or_create(account_id=backend_account_id(), backend=backend_fingerprint())[0]


def domains_on() -> QuerySet[AnswerDomain]:
    """Return the domains whose people get answers."""
    return AnswerDomain.objects.filter(account_id=backend_account_id(), backend=backend_fingerprint())


def answers_of(submission_ids: Iterable[str]) -> dict[str, list[AnswerShown]]:
    """Return the answers about each of these submissions, the oldest first."""
    rows = list(answers_all().filter(submission_id__in=list(submission_ids)))
    keys = [row.outbox_key for row in rows if row.outbox_key]
    entries = {entry.key: entry for entry in OutboxEntry.objects.filter(key__in=keys).defer("payload")}
    pauses = lane_pauses({entry.lane for entry in entries.values() if entry.state == State.WAITING})
    found: dict[str, list[AnswerShown]] = defaultdict(list)
    for row in rows:
        entry = entries.get(row.outbox_key)
        lane = pauses.get(entry.lane) if entry is not None else None
        found[row.submission_id].append(AnswerShown(row, entry, lane.error if lane is not None else ""))
    return dict(found)
