"""Which action is the most sensible one for messages, so that it can be chosen before a person chooses."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from api_client.models import Disposition, MailboxDestination
from dashboard.jobs.message_location import HELD
from dashboard.jobs.states import JobAction

THREATS = frozenset(
    {Disposition.MALICIOUS, Disposition.MALICIOUS_BEC, Disposition.SUSPICIOUS, Disposition.SPOOF, "MALICIOUS_BEC"}
)
NUISANCES = frozenset({Disposition.SPAM, Disposition.BULK})


@dataclass(frozen=True, slots=True)
class Choice:
    """An action and the folder that it needs. Both are empty if no action is more sensible than another."""

    action: str = ""
    destination: str = ""


def sensible_action(dispositions: Collection[str], *, delivered: bool, held: bool, reported: bool = False) -> Choice:
    """Return what to do with messages of these dispositions, of which some are `delivered` or `held`.

    A threat, or what somebody `reported` as one, goes where its recipients no longer see it, and can be put back from.
    Spam and bulk mail goes to the junk folder. What is held and clean is released. For delivered mail that is clean,
    and for held spam, nothing is chosen.
    """
    found = set(dispositions)
    if delivered and (reported or found & THREATS):
        return Choice(JobAction.MOVE.value, MailboxDestination.RECOVERABLE_ITEMS_DELETIONS.value)
    if delivered and found & NUISANCES:
        return Choice(JobAction.MOVE.value, MailboxDestination.JUNK_EMAIL.value)
    if held and not delivered and not reported and not found & (THREATS | NUISANCES):
        return Choice(JobAction.RELEASE.value)
    return Choice()


def sensible_for(tallies: Mapping[str, Mapping[str, int]]) -> Choice:
    """Return what to do with a selection, by its tallies of dispositions and statuses."""
    statuses = {name for name, count in tallies.get("statuses", {}).items() if count}
    dispositions = [name for name, count in tallies.get("dispositions", {}).items() if count]
    return sensible_action(dispositions, delivered=bool(statuses - {HELD}), held=HELD in statuses)
