"""Which of the console's own requests became which submission.

The API knows a token, not a person. A request of the console is known from the audit trail, or from a job's item; the
submission that it became has the same original message and the same requested disposition, and came at that time.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from django.db.models import Q
from django.utils import timezone

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.models import AuditEntry
from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.jobs.models import Job
from dashboard.jobs.states import JobAction
from investigate.reviews.models import Submission

TIES_AT_ONCE = 500
CLOSE = timedelta(minutes=10)
UNMATCHED_DAYS = 30
UNMATCHED_AT_MOST = 100
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
    since = timezone.now() - timedelta(days=UNMATCHED_DAYS)
    until = timezone.now() - SETTLED
    entries = AuditEntry.objects.filter(
        action=AuditAction.RECLASSIFY,
        outcome__in=[Outcome.DONE, Outcome.UNKNOWN],
        account_id=backend_account_id(),
        backend=backend_fingerprint(),
        at__gte=since,
        at__lte=until,
    ).order_by("-id")
    found = [_of_entry(entry) for entry in entries[: UNMATCHED_AT_MOST * 5]]
    return [request for request in found if not _became_something(request)][:UNMATCHED_AT_MOST]


def _became_something(request: Request) -> bool:
    same = Submission.objects.filter(
        account_id=backend_account_id(),
        backend=backend_fingerprint(),
        original_postfix_id=request.postfix_id,
        requested_disposition=request.asked,
    )
    # A request that repeats one that is not answered yet is the same submission.
    then = Q(requested_at__range=(request.at - CLOSE, request.at + CLOSE))
    before = Q(requested_at__lte=request.at) & (Q(answered_at=None) | Q(answered_at__gte=request.at))
    return same.filter(then | before).exists()


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


def _of_people(start: datetime, end: datetime) -> Iterator[Request]:
    entries = AuditEntry.objects.filter(
        object_kind="message",
        action=AuditAction.RECLASSIFY,
        account_id=backend_account_id(),
        backend=backend_fingerprint(),
        at__range=(start, end),
    )
    yield from (_of_entry(entry) for entry in entries.iterator())


def _of_jobs(start: datetime, end: datetime) -> Iterator[Request]:
    under_way = Q(finished_at=None) | Q(finished_at__gte=start)
    jobs = Job.objects.filter(
        under_way,
        action=JobAction.RECLASSIFY,
        account_id=backend_account_id(),
        backend=backend_fingerprint(),
        created_at__lte=end,
    )
    for job in jobs:
        items = job.items.filter(attempted_at__range=(start, end))
        for item in items.only("investigate_id", "attempted_at").iterator():
            at = item.attempted_at or job.created_at
            yield Request(f"item:{item.pk}", item.investigate_id, job.disposition, job.created_by_name, at)


def _of_entry(entry: AuditEntry) -> Request:
    asked = str(entry.detail.get("asked", "")).upper()
    return Request(str(entry.pk), entry.object_id, asked, entry.username, entry.at)
