"""Queries for a selection: what a job would do to it, and what has changed since it was frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from api_client.models import DeliveryStatus, MailboxDestination
from dashboard.jobs.actions import ACTIONS
from dashboard.jobs.message_location import HELD
from dashboard.jobs.selections.models import SelectedMessage, Selection, SelectionCheck
from dashboard.jobs.states import DISPOSITION_LABELS, FOLDER_LABELS, JobAction

SAMPLE = 10
LEFT_OUT_SHOWN = 20
DOMAINS_SHOWN = 8
VERDICTS = {**DISPOSITION_LABELS, "MALICIOUS-BEC": "Malicious BEC"}
SECONDS_A_CALL = 0.05
"""Estimated duration of a call if nothing limits the rate, for a forecast."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a job would do: messages by verdict, status and recipient domain, a sample, and warnings.

    `calls` is the number of calls that the job makes to act, and `time` is how long they take at least. `left_out` is a
    sample of the messages that it does not act on, with the reasons. `folders` says how many messages an undo moves to
    each folder. `skipped` are held messages that are in the selection, and that a move leaves out: `total` is without
    them.
    """

    total: int
    dispositions: list[tuple[str, int]]
    statuses: list[tuple[str, int]]
    domains: list[tuple[str, int]]
    more_domains: int
    folders: list[tuple[str, int]]
    sample: list[SelectedMessage]
    left_out: list[SelectedMessage]
    irreversible: str
    cautions: list[str]
    calls: int
    time: timedelta
    skipped: int = 0

    @property
    def minutes(self) -> int:
        """Return the time in whole minutes."""
        return round(self.time.total_seconds() / 60)


def forecast(selection: Selection, *, action: str, destination: str) -> Forecast:
    """Return what the action would do to the selection."""
    domains = _counted(selection, "domains")
    acted_on = selection.messages.filter(why_not="").order_by("id")
    left_out = selection.messages.exclude(why_not="").order_by("id")
    skipped = held_in(selection) if action == JobAction.MOVE and selection.undoes_id is None else 0
    skipped = 0 if skipped == selection.size else skipped
    calls = calls_of(selection.size - skipped, action)
    return Forecast(
        total=selection.size - skipped,
        skipped=skipped,
        dispositions=[(VERDICTS.get(name, name).lower(), count) for name, count in _counted(selection, "dispositions")],
        statuses=_counted(selection, "statuses"),
        domains=domains[:DOMAINS_SHOWN],
        more_domains=max(0, len(domains) - DOMAINS_SHOWN),
        folders=[(FOLDER_LABELS.get(folder, folder), count) for folder, count in _counted(selection, "folders")],
        sample=list(acted_on[:SAMPLE]),
        left_out=list(left_out[:LEFT_OUT_SHOWN]) if selection.left_out else [],
        irreversible=irreversible(action, destination),
        cautions=_cautions(selection, action),
        calls=calls,
        time=time_of(calls),
    )


def calls_of(size: int, action: str) -> int:
    """Return the number of calls that acting on this many messages takes."""
    each = min(settings.GATEHOUSE_JOB_CHUNK, ACTIONS[action].at_most) if action in ACTIONS else 1
    return -(-size // each)


def time_of(calls: int) -> timedelta:
    """Return how long this many calls take at least, if workers make them as fast as the API budget allows."""
    budget = settings.GATEHOUSE_API_BUDGET
    pace = budget[1] / (budget[0] * 0.75) if budget else SECONDS_A_CALL
    return timedelta(seconds=calls * pace)


def newest_check(selection: Selection) -> SelectionCheck | None:
    """Return the newest check of the selection, active or done, or None."""
    return selection.checks.order_by("-number").first()


def drifted(selection: Selection) -> list[SelectedMessage]:
    """Return a few messages that had changed when the selection was checked. For a selection that has such messages."""
    return list(selection.messages.exclude(drift="").order_by("id")[:SAMPLE])


def _counted(selection: Selection, kind: str) -> list[tuple[str, int]]:
    counts: dict[str, int] = selection.tallies.get(kind, {})
    return sorted(counts.items(), key=lambda part: (-part[1], part[0]))


def irreversible(action: str, destination: str) -> str:
    """Return what part of the action can't be undone, or an empty string if everything can be."""
    if action == JobAction.RELEASE:
        return "A release can't be taken back: the mail is delivered, and the API can't hold it again."
    if action == JobAction.RECLASSIFY:
        return "A request for another verdict can't be taken back; only another one can be made."
    if destination == MailboxDestination.RECOVERABLE_ITEMS_PURGES:
        return "Purged mail may be gone for good: not every mailbox gives it back."
    return ""


def held_in(selection: Selection) -> int:
    """Return how many messages of the selection are held."""
    held: int = selection.tallies.get("statuses", {}).get(HELD, 0)
    return held


def _cautions(selection: Selection, action: str) -> list[str]:
    statuses: dict[str, int] = selection.tallies.get("statuses", {})
    held = statuses.get(HELD, 0)
    if action == JobAction.MOVE and held == selection.size:
        return ["All are held: no mailbox has them, so there is nothing to move."]
    if action == JobAction.MOVE and held:
        return [f"{held:,} held: no mailbox has them, so they are left out."]
    if action == JobAction.RELEASE:
        free = sum(statuses.values()) - held - statuses.get(DeliveryStatus.REJECTED.value, 0)
        return [f"{free:,} not held: releasing changes nothing for them."] if free else []
    return []
