"""Runs a job: claims, sends, reads back and proves items, until nothing is left or the job has to pause.

Several workers may run one job at once, and a worker may run it again at any time: the rows say what is left to do.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import F, Min, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from api_client import NEVER, Client, RetryPolicy
from dashboard.backend import api_client_for_background, backend_account_id, backend_fingerprint
from dashboard.jobs.actions import ACTIONS, Action
from dashboard.jobs.approval.digest import is_as_approved
from dashboard.jobs.approval.ending import job_void
from dashboard.jobs.models import Job
from dashboard.jobs.pauses import Pause
from dashboard.jobs.proving.plan import is_being_proven
from dashboard.jobs.proving.prove import prove_step
from dashboard.jobs.running.claim import claim_pending, claim_unknown
from dashboard.jobs.running.copy_items import job_freeze
from dashboard.jobs.running.finish import OPEN, cancel_leftovers, finish_if_settled, give_up
from dashboard.jobs.running.read_back import read_back_claim
from dashboard.jobs.running.send import send_claim
from dashboard.jobs.states import ItemState, JobState

SLICE_SECONDS = 20.0
"""After this time a worker turns to other jobs."""

READS = RetryPolicy(attempts=4, base=0.1, cap=1.0, longest_wait=1.0)
HOLDUPS_AT_MOST = 20
LONGEST_PAUSE = 60.0


@dataclass(frozen=True, slots=True)
class Api:
    """The API's client in two forms: `writer` sends each request once, `reader` retries after short failures."""

    writer: Client
    reader: Client

    @classmethod
    def of(cls, client: Client) -> Api:
        """Return both forms of the workers' client."""
        return cls(writer=client.with_retry(NEVER), reader=client.with_retry(READS))


def job_run(job_id: UUID) -> float | None:
    """Run a slice of a job. Return the seconds until it should run again, or None if it should not."""
    job = Job.objects.filter(pk=job_id, finished_at=None).first()
    if job is None:
        return None
    if not job.is_frozen and not job_freeze(job, seconds=SLICE_SECONDS):
        return 0.0
    if not _begin(job):
        return None
    api, action = Api.of(api_client_for_background()), ACTIONS[job.action]
    ends, is_idle = time.monotonic() + SLICE_SECONDS, False
    while time.monotonic() < ends and _can_continue(job):
        _postpone_requeue(job, within=0.0)
        worked, holdup = _step(api, job, action)
        if holdup is not None:
            _pause(job, holdup)
        elif not worked:
            is_idle = True
            break
        elif job.holdups or job.error:
            Job.objects.filter(pk=job.pk).update(holdups=0, not_before=None, error="")
        job.refresh_from_db()
        if not job.is_active:
            cancel_leftovers(job)
    if finish_if_settled(job.pk):
        return None
    job.refresh_from_db()
    again = _next_run(job, is_idle=is_idle)
    if again is not None:
        _postpone_requeue(job, within=again)
    return again


def _begin(job: Job) -> bool:
    """Prepare the job to run. Return False if it may not run now or ever."""
    if (job.account_id, job.backend) != (backend_account_id(), backend_fingerprint()):
        give_up(job, code="backend_changed", reason="The console speaks to another backend than the job was made for.")
        finish_if_settled(job.pk)
        return False
    if job.action not in ACTIONS:
        give_up(
            job, code="unknown_action", reason=f"This version of Gatehouse does not know the action {job.action!r}."
        )
        finish_if_settled(job.pk)
        return False
    if job.state == JobState.QUEUED and job.started_at is None and not is_as_approved(job):
        job_void(job)
        return False
    _mark_running(job)
    job.refresh_from_db()
    if not job.is_active:
        cancel_leftovers(job)
    return job.state != JobState.AWAITING


def _mark_running(job: Job) -> None:
    """Set a queued job to running. Its rate is measured from now on, since it may have been paused or retried."""
    if job.state != JobState.QUEUED:
        return
    now = timezone.now()
    settled = job.items.exclude(OPEN).count() if job.started_at else 0
    Job.objects.filter(pk=job.pk, state=JobState.QUEUED).update(
        state=JobState.RUNNING, started_at=Coalesce(F("started_at"), now), paced_from=now, paced_base=settled
    )


def _postpone_requeue(job: Job, *, within: float) -> None:
    """Record that this worker or the next one returns to the job within these seconds, or a lease later."""
    patience = timedelta(seconds=within + settings.GATEHOUSE_JOB_LEASE)
    Job.objects.filter(pk=job.pk).update(look_after=timezone.now() + patience)


def _can_continue(job: Job) -> bool:
    return not job.is_finished and (job.not_before is None or job.not_before <= timezone.now())


def _step(api: Api, job: Job, action: Action) -> tuple[bool, Pause | None]:
    """Do one chunk of work. Return whether there was any, and why the job has to pause, if it has to."""
    if job.is_active:
        waiting = claim_pending(job, at_most=action.at_most)
        if waiting is not None:
            return True, send_claim(api.writer, job, action, waiting)
    unknown = claim_unknown(job)
    if unknown is not None:
        return True, read_back_claim(api.reader, job, action, unknown)
    if finish_if_settled(job.pk):
        return False, None
    job.refresh_from_db()
    return prove_step(api.reader, job, action) if is_being_proven(job.pk) and _can_continue(job) else (False, None)


def _pause(job: Job, holdup: Pause) -> None:
    if holdup.seconds is None:
        give_up(job, code="refused", reason=holdup.reason)
        return
    if holdup.is_refusal:
        pause, counted = holdup.seconds, 0
    elif job.holdups + 1 >= HOLDUPS_AT_MOST:
        give_up(
            job, code="unreachable", reason=f"The API could not be reached {HOLDUPS_AT_MOST} times: {holdup.reason}"
        )
        return
    elif holdup.after_work:
        pause, counted = 1.0, 1 - job.holdups
    else:
        pause, counted = min(LONGEST_PAUSE, 2.0**job.holdups), 1
    Job.objects.filter(pk=job.pk).update(
        not_before=timezone.now() + timedelta(seconds=pause), holdups=F("holdups") + counted, error=holdup.reason[:1000]
    )


def _next_run(job: Job, *, is_idle: bool) -> float | None:
    """Return the seconds until the job has work, or None if other workers hold everything that is left.

    `is_idle` means that this worker found nothing to do.
    """
    now = timezone.now()
    waits: list[float] = []
    if job.is_active and job.items.filter(state=ItemState.PENDING).exists():
        waits.append(0.0)
    due = job.items.filter(Q(state=ItemState.UNKNOWN), Q(check_after__isnull=False)).aggregate(at=Min("check_after"))[
        "at"
    ]
    if due is not None:
        waits.append((due - now).total_seconds())
    if is_being_proven(job.pk):
        # If others hold what is left to prove, this worker comes back to mark the end of it.
        waits.append(1.0 if is_idle else 0.0)
    if not waits:
        return None
    held = (job.not_before - now).total_seconds() if job.not_before else 0.0
    return max(0.0, held, min(waits))
