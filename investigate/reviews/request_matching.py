"""Match submissions from the API to the reclassification requests of the console, to know which user made them.

The API knows only a token, not a user. The console's requests are in the audit trail or in items of jobs. A submission
matches a request if both have the same original message, the same requested disposition, and nearly the same time.
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
"""Maximum number of requests by users, and also of requests by jobs, that are checked for a missing submission.

The ids of their messages are parameters of one SQL statement, and older builds of SQLite accept at most 999 parameters.
"""
SETTLED = timedelta(minutes=5)
"""Minimum age of a request to be checked. The submission of a younger one may not be in the mirror yet."""

_ID = re.compile(r"(.+?)-\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}-.+")


@dataclass(frozen=True, slots=True)
class Request:
    """A request of a user to reclassify a message. `key` is stored in `Submission.request_id`."""

    key: str
    message_id: str
    asked: str
    by_name: str
    at: datetime

    @property
    def postfix_id(self) -> str:
        """Return the postfix id of the message, which submissions use."""
        derived = _ID.fullmatch(self.message_id)
        return derived.group(1) if derived else self.message_id


def match_requests(*, since: datetime) -> int:
    """Match the team's submissions since `since` to the console's requests. Return the number of new matches.

    Submissions requested by other clients of the API never match. With `since`, a short refresh does not check the old
    ones again each time. At most TIES_AT_ONCE submissions are checked.
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
    """Return the console's requests without a known submission, newest first, at most UNMATCHED_AT_MOST."""
    now = timezone.now()
    since, until = now - timedelta(days=UNMATCHED_DAYS), now - SETTLED
    known = [Outcome.DONE, Outcome.UNKNOWN]
    sent = AuditEntry.objects.filter(Q(result__outcome__in=known) | Q(outcome__in=known, result=None))
    people = islice(_of_people(since, until, among=sent.order_by("-id")), LOOKED_AT_MOST)
    jobs = islice(_of_jobs(since, until, states=[ItemState.DONE]), LOOKED_AT_MOST)
    requests = sorted(chain(people, jobs), key=lambda request: request.at, reverse=True)
    submitted = _submissions_of(requests)
    found = (one for one in requests if not any(_is_of(one, each) for each in submitted[one.postfix_id, one.asked]))
    return list(islice(found, UNMATCHED_AT_MOST))


def _submissions_of(requests: list[Request]) -> dict[tuple[str, str], list[Submission]]:
    """Return the known submissions about the requests' messages, by postfix id and requested disposition."""
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
    """Return whether the submission belongs to the request.

    It does if both have nearly the same time, or if the submission is older and was not answered yet at the time of the
    request: the API treats a repeated request as the same submission.
    """
    if abs(submission.requested_at - request.at) <= CLOSE:
        return True
    answered = submission.answered_at
    return submission.requested_at <= request.at and (answered is None or answered >= request.at)


def _request_of(submission: Submission, requests: list[Request]) -> Request | None:
    """Return the request for the same disposition that is nearest in time, at most CLOSE apart, or None."""
    asked = [one for one in requests if one.asked == submission.requested_disposition]
    near = [one for one in asked if abs(one.at - submission.requested_at) <= CLOSE]
    return min(near, key=lambda one: abs(one.at - submission.requested_at), default=None)


def _requests_about(submissions: list[Submission]) -> dict[str, list[Request]]:
    """Return the console's requests about the messages of the submissions, by postfix id.

    Requests are selected by time and not by message. A time range has few requests, but message ids only start with the
    postfix id, and no index supports many prefixes at once.
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
        follows=None,
        account_id=backend_account_id(),
        backend=backend_fingerprint(),
        at__range=(start, end),
    )
    yield from (_of_entry(entry) for entry in entries.iterator())


def _of_jobs(start: datetime, end: datetime, states: Collection[str] = ItemState.values) -> Iterator[Request]:
    """Yield the requests of jobs in the time range: newest jobs first, and newest requests first within a job."""
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
