"""Views that control an existing job: pause, resume, cancel, retry, look up places, undo, approve, refuse."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from dashboard.audit.actor import actor_of
from dashboard.jobs.approval.decisions import OwnJob, job_approve, job_refuse
from dashboard.jobs.control import job_cancel, job_look_up, job_pause, job_resume, job_retry
from dashboard.jobs.models import Job
from dashboard.jobs.pages.permission import check_action, viewer
from dashboard.jobs.selections.services import selection_undo
from dashboard.jobs.selectors import can_undo
from dashboard.jobs.states import JobAction
from dashboard.requests import ConsoleRequest


@require_POST
def pause(request: ConsoleRequest, job_id: UUID) -> HttpResponse:
    """Pause a job: nothing more is sent until it is resumed."""
    return _change(request, job_id, job_pause, otherwise="The job was not at work, so there was nothing to pause.")


@require_POST
def resume(request: ConsoleRequest, job_id: UUID) -> HttpResponse:
    """Resume a paused job."""
    return _change(request, job_id, job_resume, otherwise="The job was not paused.")


@require_POST
def cancel(request: ConsoleRequest, job_id: UUID) -> HttpResponse:
    """Cancel the messages of a job that were not sent yet."""
    return _change(request, job_id, job_cancel, otherwise="The job had come to its end already.")


@require_POST
def retry(request: ConsoleRequest, job_id: UUID) -> HttpResponse:
    """Retry the failed messages of a job."""
    return _change(request, job_id, job_retry, otherwise="Nothing of this job has failed, or it is not at its end yet.")


@require_POST
def look_up(request: ConsoleRequest, job_id: UUID) -> HttpResponse:
    """Look up more places of a job that left some open."""
    return _change(request, job_id, job_look_up, otherwise="The job left no place open, or it is not at its end yet.")


@require_POST
def undo(request: ConsoleRequest, job_id: UUID) -> HttpResponse:
    """Gather what a job did, and redirect to the page that shows what can be put back and what can't."""
    job = get_object_or_404(Job, pk=job_id)
    check_action(request, JobAction.MOVE)
    if not can_undo(job):
        messages.warning(request, "The job is not at its end, or did nothing that could be undone.")
        return _to_job(request, job)
    selection = selection_undo(job, user=viewer(request))
    return redirect(reverse("jobs:selection", args=[selection.pk]))


@require_POST
def approve(request: ConsoleRequest, job_id: UUID) -> HttpResponse:
    """Approve a job that needs a second person, so that it runs."""
    return _decide(request, job_id, job_approve)


@require_POST
def refuse(request: ConsoleRequest, job_id: UUID) -> HttpResponse:
    """Refuse a job that needs a second person. It ends before it has done anything."""
    return _decide(request, job_id, job_refuse)


def _change(request: ConsoleRequest, job_id: UUID, change: Callable[..., object], *, otherwise: str) -> HttpResponse:
    """Change the job's state and redirect to its page, with the warning `otherwise` if nothing was changed."""
    job = _job(request, job_id)
    if not change(job, actor=actor_of(request)):
        messages.warning(request, otherwise)
    return _to_job(request, job)


def _decide(request: ConsoleRequest, job_id: UUID, decide: Callable[..., bool]) -> HttpResponse:
    """Record the decision and redirect to the job's page."""
    job = _job(request, job_id)
    try:
        if not decide(job, user=viewer(request), actor=actor_of(request)):
            messages.warning(request, "The job does not wait for approval any more.")
    except OwnJob as error:
        messages.error(request, str(error))
    return _to_job(request, job)


def _job(request: ConsoleRequest, job_id: UUID) -> Job:
    job = get_object_or_404(Job, pk=job_id)
    check_action(request, job.action)
    return job


def _to_job(request: ConsoleRequest, job: Job) -> HttpResponse:
    target = reverse("jobs:detail", args=[job.pk])
    return HttpResponseClientRedirect(target) if request.htmx else redirect(target)
