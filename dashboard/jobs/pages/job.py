"""Pages of jobs: the list, one job with its messages, its progress, and the outcomes as CSV."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django_htmx.http import trigger_client_event

from dashboard.api_writes.counting import waiting_writes_count
from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import actor_of
from dashboard.audit.services import record
from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.jobs.control import RETRIABLE_JOBS
from dashboard.jobs.models import Job
from dashboard.jobs.pages.outcomes_csv import outcome_lines
from dashboard.jobs.pages.permission import may_act
from dashboard.jobs.selectors import (
    ITEM_FILTERS,
    PROOF_FILTERS,
    can_undo,
    ended_job,
    job_items,
    job_list,
    job_progress,
    progress_of,
    running_job,
    running_jobs_count,
    seen_before,
)
from dashboard.jobs.states import ACTIVE_JOBS, STOPPABLE_JOBS, JobState
from dashboard.polling import STOP_POLLING
from dashboard.requests import ConsoleRequest
from dashboard.roles import Capability, can

FILTERS = ITEM_FILTERS | PROOF_FILTERS


@require_safe
def job_list_page(request: ConsoleRequest) -> HttpResponse:
    """Show all jobs, newest first."""
    before = request.GET.get("before", "")
    jobs, older = job_list(before=_uuid(before) if before else None)
    progress = progress_of(jobs)
    rows = [(job, progress[job.pk]) for job in jobs]
    context = {
        "rows": rows,
        "older": older,
        "is_later_page": bool(before),
        "api_writes_waiting": waiting_writes_count(),
    }
    return render(request, "jobs/list.html", context)


@require_safe
def detail(request: ConsoleRequest, job_id: UUID) -> HttpResponse:
    """Show a job: its progress, and the outcome of each message."""
    job = get_object_or_404(Job, pk=job_id)
    show, after = request.GET.get("show", "all"), request.GET.get("after", "0")
    if show not in FILTERS or not after.isdecimal() or len(after) > 18:
        raise Http404("There is no such part of the job.")
    items, more = job_items(job, show=show, after=int(after))
    context = _job_context(request, job, show) | {"items": items, "more": more, "after": int(after)}
    context["seen_before"] = seen_before(job)
    if request.htmx and request.htmx.target == "job-items":
        return render(request, "jobs/_detail_items.html", context)
    return render(request, "jobs/detail.html", context)


@require_safe
def progress(request: ConsoleRequest, job_id: UUID) -> HttpResponse:
    """Show the progress of a job. When it has ended, polling stops and the event `job-finished` reloads the items."""
    job = get_object_or_404(Job, pk=job_id)
    context = _job_context(request, job, request.GET.get("show", "all"))
    status = STOP_POLLING if job.is_finished else 200
    response = render(request, "jobs/_job_progress.html", context, status=status)
    return trigger_client_event(response, "job-finished") if job.is_finished else response


@require_safe
def running(request: ConsoleRequest) -> HttpResponse:
    """Show the line on top of every page while any user's job runs, and for a while how one's own job ended.

    If there is neither, stop the polling.
    """
    job = running_job() or ended_job(request.user)
    if job is None:
        return HttpResponse(status=STOP_POLLING)
    others = 0 if job.is_finished else running_jobs_count() - 1
    context = {"job": job, "progress": job_progress(job), "others": others}
    return render(request, "jobs/_running.html", context)


@require_safe
def outcomes(request: ConsoleRequest, job_id: UUID) -> StreamingHttpResponse:
    """Return a job's outcomes as CSV, one line for each message and recipient, filtered as on the page (`show`)."""
    job = get_object_or_404(Job, pk=job_id)
    show = request.GET.get("show", "all")
    if show not in FILTERS:
        raise Http404("There is no such part of the job.")
    record(
        actor=actor_of(request),
        action=AuditAction.JOB_EXPORT,
        object_kind="job",
        object_id=str(job.pk),
        outcome=Outcome.DONE,
        detail={"show": show},
    )
    response = StreamingHttpResponse(outcome_lines(job, show=show), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="job-{job.pk}-{show}.csv"'
    return response


def _job_context(request: ConsoleRequest, job: Job, show: str) -> dict[str, object]:
    progress = job_progress(job)
    filters = [(name, label, progress.counts[name]) for name, (label, _) in ITEM_FILTERS.items()]
    may = may_act(request, job.action)
    return {
        "job": job,
        "progress": progress,
        "show": show,
        "show_label": FILTERS[show][0].lower() if show in FILTERS else "",
        "filters": [part for part in filters if part[0] == "all" or part[2]],
        "can_pause": may and job.state in ACTIVE_JOBS,
        "can_resume": may and job.state == JobState.PAUSED,
        "can_cancel": may and job.state in STOPPABLE_JOBS,
        "can_undo": can(request.user, Capability.MOVE) and can_undo(job),
        "undone_by": job.undone_by.order_by("created_at").first(),
        "can_decide": job.state == JobState.AWAITING
        and may
        and can(request.user, Capability.APPROVE_JOBS)
        and job.created_by_id != request.user.pk,
        "can_look_up": may and job.is_finished and progress.left_open > 0,
        "can_retry": may and job.is_finished and job.state in RETRIABLE_JOBS and progress.failed > 0,
        "is_elsewhere": (job.account_id, job.backend) != (backend_account_id(), backend_fingerprint()),
    }


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404("There is no such page of jobs.") from None
