"""Finds messages that users reported, and messages of submissions that were answered, in the mirror of submissions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from api_client.models import Message
from dashboard.verdicts import verdict_of
from investigate.automations.events.found import Found, Search
from investigate.automations.states import Scope
from investigate.reviews.models import Submission
from investigate.reviews.selectors import submissions_all

ROWS_AT_ONCE = 1000
MAILS_AT_ONCE = 25
COUNTED_AT_MOST = 1000
SETTLED = timedelta(seconds=20)
"""Answers younger than this wait: the mirror may still be writing older ones."""

Trigger = Callable[[Search, Message, list[Submission]], str]


def start_reported(_at: datetime) -> dict[str, Any]:
    """Return the cursor from which all mirrored reports are found that were made after the search's `since`."""
    return {"pk": 0}


def step_reported(search: Search, cursor: dict[str, Any]) -> Found:
    """Return the mails of the next reports, each once however many reported it. Raise ApiError."""
    rows = (
        submissions_all()
        .filter(type__iexact="user", pk__gt=cursor["pk"], requested_at__gte=search.since)
        .exclude(status="invalid")
        .order_by("pk")
    )
    if verdicts := search.automation.verdicts:
        # Whoever reports a mail without saying as what takes it for a threat.
        rows = rows.filter(requested_disposition__in=[*verdicts, ""])
    taken, is_end = _take(rows)
    sets = _sets(search, taken, _reported_by_enough)
    return Found({"pk": taken[-1].pk} if taken else cursor, sets, is_end, search.condition.undecided)


def start_classified(at: datetime) -> dict[str, Any]:
    """Return the cursor from which answers after `at` are found."""
    return {"at": at.isoformat(), "pk": 0}


def step_classified(search: Search, cursor: dict[str, Any]) -> Found:
    """Return the mails of the next answered submissions. Raise ApiError."""
    at = datetime.fromisoformat(cursor["at"])
    rows = (
        submissions_all()
        .filter(Q(answered_at__gt=at) | Q(answered_at=at, pk__gt=cursor["pk"]))
        .filter(answered_at__lte=search.until - SETTLED, requested_at__gte=search.since - timedelta(days=30))
        .exclude(outcome_disposition="")
        .order_by("answered_at", "pk")
    )
    if verdicts := search.automation.verdicts:
        rows = rows.filter(outcome_disposition__in=verdicts)
    taken, is_end = _take(rows)
    sets = _sets(search, taken, _answered)
    if taken and (last := taken[-1].answered_at):
        cursor = {"at": last.isoformat(), "pk": taken[-1].pk}
    return Found(cursor, sets, is_end, search.condition.undecided)


def _take(rows: QuerySet[Submission]) -> tuple[list[Submission], bool]:
    """Return the first rows, up to the 25th different mail, and whether there are no more."""
    listed = list(rows[:ROWS_AT_ONCE])
    mails: set[str] = set()
    for number, row in enumerate(listed):
        mails.add(_mail(row))
        if len(mails) > MAILS_AT_ONCE:
            return listed[:number], False
    return listed, len(listed) < ROWS_AT_ONCE


def _mail(row: Submission) -> str:
    return row.original_edf_hash or row.original_postfix_id


def _sets(search: Search, rows: list[Submission], trigger: Trigger) -> list[Any]:
    """Return a set for each mail that fits and has a trigger."""
    mails: dict[str, list[Submission]] = {}
    for row in rows:
        # Several messages of one mail stand for themselves where the automation doesn't act on the copies.
        key = row.original_postfix_id if search.automation.scope == Scope.MESSAGE else _mail(row)
        mails.setdefault(key, []).append(row)
    sets = []
    for same in mails.values():
        message = search.read(same[-1].original_postfix_id) if same[-1].original_postfix_id else None
        if message is None or not search.condition.fits(search.client, message):
            continue
        if said := trigger(search, message, same):
            sets.append(search.set_of(message, said, submission_id=same[-1].submission_id))
    return sets


def _reported_by_enough(search: Search, message: Message, rows: list[Submission]) -> str:
    """Return who reported the mail, or the campaign that is acted on, or an empty string if too few did."""
    same = Q(original_postfix_id__in=[name for name in (message.id, message.postfix_id) if name])
    same |= Q(pk__in=[row.pk for row in rows])
    if text_hash := message.edf_hash or rows[-1].original_edf_hash:
        same |= Q(original_edf_hash=text_hash)
    if campaign := search.campaign_of(message):
        # Whoever reported another message of it reported the campaign.
        same |= Q(original_postfix_id__in=campaign.messages.exclude(postfix_id="").values("postfix_id"))
    found = submissions_all().filter(same, type__iexact="user", requested_at__lte=search.until).exclude(requested_by="")
    if verdicts := search.automation.verdicts:
        found = found.filter(requested_disposition__in=[*verdicts, ""])
    names = list(found.exclude(status="invalid").values_list("requested_by", flat=True)[:COUNTED_AT_MOST])
    people = list(dict.fromkeys(name.casefold() for name in names))
    if max(1, len(people)) < search.automation.reporters:
        return ""
    if not people:
        return "reported"
    return f"reported by {people[0]}" + (f" and {len(people) - 1} more" if len(people) > 1 else "")


def _answered(_search: Search, _message: Message, rows: list[Submission]) -> str:
    return f"classified as {verdict_of(rows[-1].outcome_disposition).label.lower()}"
