"""Queries for jobs, their items and their progress."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.badges import BADGE_AT_MOST
from dashboard.jobs.models import Job, JobItem, JobOutcome
from dashboard.jobs.states import LEFT_OPEN, PROVEN, ItemState, JobAction, JobState

PER_PAGE = 50

SHOWN_AFTER_END = timedelta(seconds=90)
LONGEST_FOLLOWED = timedelta(days=1)

# The filters of a job's items by state, under the names that URLs and pages use.
ITEM_FILTERS: dict[str, tuple[str, Q]] = {
    "all": ("All", Q()),
    "open": ("Open", Q(state__in=[ItemState.PENDING, ItemState.CLAIMED, ItemState.SENT])),
    "done": ("Done", Q(state=ItemState.DONE)),
    "failed": ("Failed", Q(state=ItemState.FAILED)),
    "unknown": ("Unknown", Q(state=ItemState.UNKNOWN)),
    "cancelled": ("Cancelled", Q(state=ItemState.CANCELLED)),
}
# Mail that was marked as unread again after an answer or a forward was read all the same.
_SEEN = Q(was_read=True) | Q(was_answered=True) | Q(was_forwarded=True)
# Further filters: the API accepted the item, shows that it is done, or reported it as done and does not show that.
PROOF_FILTERS: dict[str, tuple[str, Q]] = {
    "accepted": ("Accepted", Q(accepted=True)),
    "proven": ("Proven", Q(state=ItemState.DONE, proof__in=PROVEN)),
    "unproven": ("Not proven", Q(state=ItemState.DONE) & ~Q(proof__in=PROVEN)),
    "left_open": ("Place not looked up", Q(state=ItemState.DONE, proof__in=LEFT_OPEN)),
    "had_read": ("Read by somebody", Q(Exists(JobOutcome.objects.filter(_SEEN, item=OuterRef("pk"))))),
}


@dataclass(frozen=True, slots=True)
class Progress:
    """Progress of a job, in messages.

    `accepted` is what the API accepted, `done` what it reported as done, and `proven` what it showed as done
    afterwards. `left_open` are those of which the budget did not allow to look up the place. `rate` is in messages a
    second since the job was last set running. `time_left` is an estimate from it. Both are None if unknown.
    """

    total: int
    waiting: int
    in_flight: int
    done: int
    failed: int
    unknown: int
    cancelled: int
    accepted: int = 0
    proven: int = 0
    left_open: int = 0
    rate: float | None = None
    time_left: timedelta | None = None

    @property
    def settled(self) -> int:
        """Return the number of messages that have an outcome, including unknown ones."""
        return self.done + self.failed + self.unknown + self.cancelled

    @property
    def percent(self) -> int:
        """Return the settled messages in percent; 100 only if all are settled."""
        return self.settled * 100 // self.total if self.total else 0

    @property
    def minutes_left(self) -> int:
        """Return the estimated time left in whole minutes, or 0 without an estimate."""
        return round(self.time_left.total_seconds() / 60) if self.time_left else 0

    @property
    def unproven(self) -> int:
        """Return the number of messages that are done but not proven."""
        return self.done - self.proven

    @property
    def counts(self) -> dict[str, int]:
        """Return the number of items that each of ITEM_FILTERS and PROOF_FILTERS shows."""
        return {
            "all": self.total,
            "open": self.waiting + self.in_flight,
            "done": self.done,
            "failed": self.failed,
            "unknown": self.unknown,
            "cancelled": self.cancelled,
            "accepted": self.accepted,
            "proven": self.proven,
            "unproven": self.unproven,
            "left_open": self.left_open,
        }


def job_progress(job: Job) -> Progress:
    """Count a job's items by state, in one query."""
    return progress_of([job])[job.pk]


def progress_of(jobs: Sequence[Job]) -> dict[UUID, Progress]:
    """Count the items of several jobs, in one query that an index covers."""
    counts: dict[UUID, Counter[str]] = {job.pk: Counter() for job in jobs}
    groups = JobItem.objects.filter(job__in=list(counts)).order_by().values_list("job_id", "state", "proof", "accepted")
    for job_id, state, proof, accepted, count in groups.annotate(Count("id")):
        counts[job_id][state] += count
        counts[job_id]["accepted"] += count if accepted else 0
        counts[job_id]["proven"] += count if state == ItemState.DONE and proof in PROVEN else 0
        counts[job_id]["left_open"] += count if state == ItemState.DONE and proof in LEFT_OPEN else 0
    return {job.pk: _progress(job, counts[job.pk]) for job in jobs}


def _progress(job: Job, counts: Counter[str]) -> Progress:
    by_state = {state: counts[state] for state in ItemState.values}
    progress = Progress(
        total=max(job.size, sum(by_state.values())),
        waiting=counts[ItemState.PENDING],
        in_flight=counts[ItemState.CLAIMED] + counts[ItemState.SENT],
        done=counts[ItemState.DONE],
        failed=counts[ItemState.FAILED],
        unknown=counts[ItemState.UNKNOWN],
        cancelled=counts[ItemState.CANCELLED],
        accepted=counts["accepted"],
        proven=counts["proven"],
        left_open=counts["left_open"],
    )
    since, left = job.paced_from or job.started_at, progress.total - progress.settled
    settled = progress.settled - job.paced_base
    if job.state != JobState.RUNNING or not since or settled <= 0:
        return progress
    spent = max(timezone.now() - since, timedelta(milliseconds=1))
    time_left = spent / settled * left if left else None
    return replace(progress, rate=settled / spent.total_seconds(), time_left=time_left)


def job_list(*, before: UUID | None = None) -> tuple[list[Job], UUID | None]:
    """Return a page of jobs, newest first, and the id after which the next page starts, or None.

    Jobs of all backends are listed, since the rows stay when the backend in the settings changes.
    """
    jobs = Job.objects.order_by("-created_at", "-id")
    last = Job.objects.filter(pk=before).first() if before else None
    if last:
        earlier = Q(created_at__lt=last.created_at) | Q(created_at=last.created_at, id__lt=last.pk)
        jobs = jobs.filter(earlier)
    page = list(jobs[: PER_PAGE + 1])
    return page[:PER_PAGE], page[PER_PAGE - 1].pk if len(page) > PER_PAGE else None


def job_items(job: Job, *, show: str = "all", after: int = 0) -> tuple[list[JobItem], int | None]:
    """Return a page of a job's items with outcomes, in the selection's order, and the key after which the next starts.

    `show` is a key of ITEM_FILTERS or PROOF_FILTERS. Raise KeyError for another one.
    """
    items: QuerySet[JobItem] = (
        job.items.filter((ITEM_FILTERS | PROOF_FILTERS)[show][1], id__gt=after)
        .order_by("id")
        .prefetch_related(Prefetch("outcomes", queryset=JobOutcome.objects.order_by("id")))
    )
    page = list(items[: PER_PAGE + 1])
    return page[:PER_PAGE], page[PER_PAGE - 1].pk if len(page) > PER_PAGE else None


def can_undo(job: Job) -> bool:
    """Return whether the job has ended and did something. The preview of its undo shows what can be put back."""
    return job.is_finished and job.items.filter(state=ItemState.DONE).exists()


def running_job() -> Job | None:
    """Return the newest job of any user that has not ended and does not wait for approval, or None."""
    return _running().order_by("-created_at").first()


def ended_job(user: AbstractBaseUser | AnonymousUser) -> Job | None:
    """Return the job that this user started and that ended last, if that was less than SHOWN_AFTER_END ago."""
    since = timezone.now() - SHOWN_AFTER_END
    ended = Job.objects.filter(created_by_id=user.pk, created_at__gte=since - LONGEST_FOLLOWED, finished_at__gte=since)
    return ended.order_by("-finished_at").first()


def running_jobs_count() -> int:
    """Count the jobs that have not ended and do not wait for approval. There are never many of them."""
    return _running().count()


def _running() -> QuerySet[Job]:
    return Job.objects.filter(finished_at=None).exclude(state=JobState.AWAITING)


def awaiting_jobs_count() -> int:
    """Count the jobs that wait for approval, up to one more than a badge can show."""
    return Job.objects.filter(finished_at=None, state=JobState.AWAITING)[: BADGE_AT_MOST + 1].count()


def items_of_message(investigate_id: str) -> list[JobItem]:
    """Return the newest items that jobs on this backend have for a message, with their jobs and outcomes."""
    items = JobItem.objects.filter(
        investigate_id=investigate_id, job__account_id=backend_account_id(), job__backend=backend_fingerprint()
    )
    return list(items.select_related("job").prefetch_related("outcomes").order_by("-id")[:PER_PAGE])


@dataclass(frozen=True, slots=True)
class SeenBefore:
    """What recipients had done with the copies that a job moved; of `unknown` copies it can't be told."""

    read: int
    answered: int
    forwarded: int
    unknown: int
    known: int


def seen_before(job: Job) -> SeenBefore | None:
    """Count what recipients had done with the copies that a job moved, or None if it moved none."""
    if job.action != JobAction.MOVE:
        return None
    moved = JobOutcome.objects.filter(item__job=job, success=True)
    counts = moved.aggregate(
        read=Count("id", filter=Q(was_read=True)),
        answered=Count("id", filter=Q(was_answered=True)),
        forwarded=Count("id", filter=Q(was_forwarded=True)),
        unknown=Count("id", filter=Q(was_read=None)),
        known=Count("id", filter=Q(was_read__isnull=False)),
    )
    return SeenBefore(**counts) if counts["unknown"] or counts["known"] else None
