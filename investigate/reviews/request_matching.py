"""Which of the console's own requests became which submission.

The API knows a token, not a person. A request of the console is known from the audit trail, or from a job's item; the
submission that it became has the same original message and the same requested disposition, and came at that time.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, islice

from django.db.models import Q, QuerySet
from django.utils import timezone

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.models import AuditEntry
from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.jobs.models import Job
from dashboard.jobs.states import ItemState, JobAction
from investigate.reviews.models import Submission

TIES_AT_ONCE = 500
CLOSE = timedelta(minutes=10)
UNMATCHED_DAYS = 30
UNMATCHED_AT_MOST = 100
LOOKED_AT_MOST = 400
"""So many of people's requests, and so many of jobs', are looked at for those that became nothing.

Their messages go into one statement: older builds of SQLite take no more than 999 parameters.
"""
SETTLED = timedelta(minutes=5)
"""A request younger than this may not have reached the mirror yet."""

_ID = re.compile(r"(.+?)-\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}-.+")


@dataclass(frozen=True, slots=True)
class Request:
    """One request of a person for another verdict; `key` is what a submission keeps of it."""

    key: str
    message_id: str
    asked: str
    by_name: str
    at: datetime

    @property
    def postfix_id(self) -> str:
        """The message's id as submissions name it."""
        derived = _ID.fullmatch(self.message_id)
        return derived.group(1) if derived else self.message_id


def tie_requests(*, since: datetime) -> int:
    """Tie the team's submissions asked since then to the requests that they came from; gives how many were tied.

    What another client of the API asked is never tied, so a refresh of the newest days does not look at older ones.
    """
    untied = Submission.objects.filter(
        account_id=backend_account_id(),
        backend=backend_fingerprint(),
        type__iexact="team",
        request_id="",
        requested_at__gte=since,
    ).order_by("-requested_at")
    newest, tied = list(untied[:TIES_AT_ONCE]), 0
    requests = _requests_about(newest)
    for submission in newest:
        request = _request_of(submission, requests.get(submission.original_postfix_id, []))
        if request is not None:
            tied += Submission.objects.filter(pk=submission.pk, request_id="").update(
                request_id=request.key, asked_by_name=request.by_name
            )
    return tied


def unmatched_requests() -> list[Request]:
    """Give the newest requests of the console of which no submission is known, newest first."""
    now = timezone.now()
    since, until = now - timedelta(days=UNMATCHED_DAYS), now - SETTLED
    sent = AuditEntry.objects.filter(outcome__in=[Outcome.DONE, Outcome.UNKNOWN])
    people = islice(_of_people(since, until, among=sent.order_by("-id")), LOOKED_AT_MOST)
    jobs = islice(_of_jobs(since, until, states=[ItemState.DONE]), LOOKED_AT_MOST)
    requests = sorted(chain(people, jobs), key=lambda request: request.at, reverse=True)
    known = _submissions_of(requests)
    found = (one for one in requests if not any(_is_of(one, each) for each in known[one.postfix_id, one.asked]))
    return list(islice(found, UNMATCHED_AT_MOST))


def _submissions_of(requests: list[Request]) -> dict[tuple[str, str], list[Submission]]:
    """Give what is known of these messages, by postfix id and requested disposition."""
    found: dict[tuple[str, str], list[Submission]] = defaultdict(list)
    rows = Submission.objects.filter(
        account_id=backend_account_id(),
        backend=backend_fingerprint(),
        original_postfix_id__in={request.postfix_id for request in requests},
    )
    for row in rows.only("original_postfix_id", "requested_disposition", "requested_at", "answered_at"):
        found[row.original_postfix_id, row.requested_disposition].append(row)
    return found


def _is_of(request: Request, submission: Submission) -> bool:
    """Tell whether the request became this submission; one that repeats what is not answered yet is the same."""
    if abs(submission.requested_at - request.at) <= CLOSE:
        return True
    answered = submission.answered_at
    return submission.requested_at <= request.at and (answered is None or answered >= request.at)


def _request_of(submission: Submission, requests: list[Request]) -> Request | None:
    """Give the request that is nearest in time, of those that ask the same of the same message."""
    asked = [one for one in requests if one.asked == submission.requested_disposition]
    near = [one for one in asked if abs(one.at - submission.requested_at) <= CLOSE]
    return min(near, key=lambda one: abs(one.at - submission.requested_at), default=None)


def _requests_about(submissions: list[Submission]) -> dict[str, list[Request]]:
    """Give the console's requests about the messages of these submissions, by postfix id.

    Requests are looked up by their time and not by message: those of a while are few, and ids of messages only begin
    with the postfix id, which no index helps with for many at once.
    """
    times = [one.requested_at for one in submissions]
    if not times:
        return {}
    wanted, start, end = {one.original_postfix_id for one in submissions}, min(times) - CLOSE, max(times) + CLOSE
    found: dict[str, list[Request]] = defaultdict(list)
    for request in chain(_of_people(start, end), _of_jobs(start, end)):
        if request.postfix_id in wanted:
            found[request.postfix_id].append(request)
    return found


def _of_people(start: datetime, end: datetime, among: QuerySet[AuditEntry] | None = None) -> Iterator[Request]:
    entries = (AuditEntry.objects.all() if among is None else among).filter(
        object_kind="message",
        action=AuditAction.RECLASSIFY,
        account_id=backend_account_id(),
        backend=backend_fingerprint(),
        at__range=(start, end),
    )
    yield from (_of_entry(entry) for entry in entries.iterator())


def _of_jobs(start: datetime, end: datetime, states: Collection[str] = ItemState.values) -> Iterator[Request]:
    """Give what jobs asked in this time, the newest jobs first, and in each the newest requests."""
    under_way = Q(finished_at=None) | Q(finished_at__gte=start)
    jobs = Job.objects.filter(
        under_way,
        action=JobAction.RECLASSIFY,
        account_id=backend_account_id(),
        backend=backend_fingerprint(),
        created_at__lte=end,
    )
    for job in jobs.order_by("-created_at"):
        items = job.items.filter(attempted_at__range=(start, end), state__in=states).order_by("-id")
        for item in items.only("job", "investigate_id", "attempted_at").iterator():
            at = item.attempted_at or job.created_at
            yield Request(f"item:{item.pk}", item.investigate_id, job.disposition, job.created_by_name, at)


def _of_entry(entry: AuditEntry) -> Request:
    asked = str(entry.detail.get("asked", "")).upper()
    return Request(str(entry.pk), entry.object_id, asked, entry.username, entry.at)
