"""Pages of the API's own bulk action jobs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from api_client import Conflict
from api_client.models import BulkJob, BulkMessageStatus
from dashboard.audit.actor import actor_of
from dashboard.jobs.api_jobs import (
    ENDED,
    PER_PAGE,
    bulk_cancel,
    bulk_delete,
    bulk_get,
    bulk_list,
    bulk_messages,
    bulk_refusal_reason,
    bulk_start,
)
from dashboard.jobs.pages.forms import JobForm
from dashboard.jobs.pages.permission import check_action, viewer
from dashboard.jobs.pages.selections import preview
from dashboard.jobs.selections.models import Selection
from dashboard.jobs.states import FOLDER_LABELS
from dashboard.polling import STOP_POLLING
from dashboard.requests import ConsoleRequest, wants_fragment

STATUSES = [status.value for status in BulkMessageStatus]


@require_safe
def api_jobs(request: ConsoleRequest) -> HttpResponse:
    """List the API's own jobs, newest first."""
    page = _page(request)
    found = bulk_list(page=page)
    context = {
        "rows": [shown(job) for job in found.items],
        "page": page,
        "next_page": page + 1 if len(found.items) == PER_PAGE else None,
    }
    template = "jobs/api_jobs/_list.html" if wants_fragment(request) else "jobs/api_jobs/list.html"
    return render(request, template, context)


@require_safe
def api_job(request: ConsoleRequest, job_id: str) -> HttpResponse:
    """Show a job of the API with its messages, filtered by their outcome (`status`)."""
    page, status = _page(request), request.GET.get("status", "")
    if status and status not in STATUSES:
        raise Http404("There is no such part of the job.")
    job, found = bulk_get(job_id), bulk_messages(job_id, status=status, page=page)
    context = _context(job) | {
        "entries": found.items,
        "status": status,
        "page": page,
        "next_page": page + 1 if len(found.items) == PER_PAGE else None,
    }
    return render(request, "jobs/api_jobs/detail.html", context)


@require_safe
def api_progress(request: ConsoleRequest, job_id: str) -> HttpResponse:
    """Show the progress of a job of the API. Polling stops when the job has ended."""
    job = bulk_get(job_id)
    ended = job.status in ENDED
    response = render(request, "jobs/api_jobs/_progress.html", _context(job), status=STOP_POLLING if ended else 200)
    return trigger_client_event(response, "job-finished") if ended else response


@require_POST
def api_start(request: ConsoleRequest) -> HttpResponse:
    """Start a job of the API that runs an action on everything that a selection's search finds.

    The page of the selection posts `selection`, `action`, `destination` and `reason`.
    """
    check_action(request, request.POST.get("action", ""))
    form = JobForm(request.POST)
    selection = get_object_or_404(Selection, pk=_uuid(form), created_by=viewer(request))
    if form.is_valid():
        chosen = {name: form.cleaned_data[name] for name in ("action", "destination")}
        if why_not := bulk_refusal_reason(selection, **chosen):
            form.add_error(None, why_not)
    if not form.is_valid():
        return preview(request, selection, form, status=422)
    job = bulk_start(selection, actor=actor_of(request), **chosen, reason=form.cleaned_data["reason"])
    return redirect(reverse("jobs:api_job", args=[job.job_id]))


def _uuid(form: JobForm) -> Any:
    form.is_valid()
    return form.cleaned_data.get("selection")


@require_POST
def api_cancel(request: ConsoleRequest, job_id: str) -> HttpResponse:
    """Stop a job of the API."""
    check_action(request, bulk_get(job_id).action_type.lower())
    try:
        bulk_cancel(job_id, actor=actor_of(request))
    except Conflict:
        messages.warning(request, "The job had come to its end already.")
    return redirect(reverse("jobs:api_job", args=[job_id]))


@require_POST
def api_delete(request: ConsoleRequest, job_id: str) -> HttpResponse:
    """Remove an ended job from the API's list."""
    check_action(request, bulk_get(job_id).action_type.lower())
    try:
        bulk_delete(job_id, actor=actor_of(request))
    except Conflict:
        messages.warning(request, "The job has not ended yet: cancel it first.")
        return redirect(reverse("jobs:api_job", args=[job_id]))
    messages.success(request, "The job is no longer in the API's list. What it did stays done.")
    return redirect(reverse("jobs:api_jobs"))


def shown(job: BulkJob) -> dict[str, Any]:
    """Return what a page shows of a job: its counters, and its search in words."""
    search = job.search_params.model_dump(mode="json", exclude_none=True, exclude={"start", "end"})
    settled = job.messages_successful + job.messages_failed + job.messages_skipped + job.messages_cancelled
    folder = job.action_params.destination or ""
    return {
        "job": job,
        "folder": FOLDER_LABELS.get(folder, folder),
        "search": [(name.replace("_", " "), value) for name, value in search.items() if value is not False],
        "settled": settled,
        "total": job.total_messages_discovered,
        "percent": settled * 100 // job.total_messages_discovered if job.total_messages_discovered else 0,
        "has_ended": job.status in ENDED,
    }


def _context(job: BulkJob) -> dict[str, Any]:
    return shown(job) | {
        "counts": [
            ("All", "", job.total_messages_discovered),
            ("Waiting", "PENDING", job.messages_pending),
            ("Done", "COMPLETED", job.messages_successful),
            ("Failed", "FAILED", job.messages_failed),
            ("Skipped", "SKIPPED", job.messages_skipped),
            ("Cancelled", "CANCELLED", job.messages_cancelled),
        ]
    }


def _page(request: ConsoleRequest) -> int:
    page = request.GET.get("page", "1")
    if not page.isdecimal() or not 1 <= int(page[:7]) <= 10**6 or len(page) > 7:
        raise Http404("There is no such page.")
    return int(page)
