"""Views that start a job: freeze the messages that were picked on a page, and create the job."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from dashboard.audit.actor import actor_of
from dashboard.jobs.approval.requirement import needs_approval
from dashboard.jobs.models import Job
from dashboard.jobs.pages.forms import JobForm, PickForm
from dashboard.jobs.pages.permission import check_action, safe_page, viewer
from dashboard.jobs.pages.selections import preview, preview_url
from dashboard.jobs.selections.models import Selection, Source
from dashboard.jobs.selections.selectors import held_in, newest_check
from dashboard.jobs.selections.services import (
    is_on_this_backend,
    selection_check,
    selection_create,
    selection_is_fresh,
    selection_leave_held,
    snapshots_read,
)
from dashboard.jobs.services import job_create, job_start
from dashboard.jobs.states import JobAction
from dashboard.people.gates import ask_again, is_recent
from dashboard.requests import ConsoleRequest


@require_POST
def confirm(request: ConsoleRequest) -> HttpResponse:
    """Freeze the messages that were picked, and redirect to the page that previews the action."""
    form = PickForm(request.POST)
    check_action(request, request.POST.get("action", ""))
    if not form.is_valid():
        return _nothing_to_do(request, form)
    selection = selection_create(user=viewer(request), ids=form.cleaned_data["ids"], label="Picked by hand")
    chosen = {name: form.cleaned_data[name] for name in ("action", "destination", "disposition")}
    return _lead(request, preview_url(selection, **chosen, next=_back(request)))


@require_POST
def create(request: ConsoleRequest) -> HttpResponse:
    """Start a job on a frozen selection or on ids, and redirect to its page.

    If the selection was last checked too long ago, it is checked again first, and the person sees what has changed.
    """
    check_action(request, request.POST.get("action", ""))
    selection = _selection(request)
    form = JobForm(request.POST, is_undo=selection is not None and selection.source == Source.UNDO)
    if selection is None:
        return _create_on_ids(request, form)
    if form.is_valid() and not is_on_this_backend(selection):
        form.add_error(None, "The messages were selected on another backend than the console speaks to now.")
    if form.is_valid() and form.cleaned_data["action"] == JobAction.MOVE and held_in(selection) == selection.size:
        form.add_error(None, "All of them are held: no mailbox has them, so there is nothing to move.")
    if not form.is_valid() or not selection.is_frozen or not selection.size:
        return preview(request, selection, form, status=422)
    if not selection_is_fresh(selection, newest_check(selection)):
        selection_check(selection, user=viewer(request))
        messages.warning(request, "It is a while since these messages were looked at. See what changed, then go on.")
        chosen = {name: form.cleaned_data[name] for name in ("action", "destination", "disposition", "reason")}
        return _lead(request, preview_url(selection, **chosen, **_carried(request)))
    if _is_dangerous(form, selection.size, viewer(request)) and not is_recent(request):
        chosen = {name: form.cleaned_data[name] for name in ("action", "destination", "disposition", "reason")}
        return ask_again(request, back=preview_url(selection, **chosen, **_carried(request)))
    if form.cleaned_data["action"] == JobAction.MOVE and not form.is_undo:
        selection_leave_held(selection)
    job = job_start(
        selection,
        user=viewer(request),
        actor=actor_of(request),
        action=form.cleaned_data["action"],
        destination=form.cleaned_data["destination"],
        disposition=form.cleaned_data["disposition"],
        reason=form.cleaned_data["reason"],
    )
    if request.POST.get("sheet"):
        # The line on top of every page follows the job. The person goes on where they were.
        messages.success(request, f"Started: {job.label}, {job.size:,} message{'' if job.size == 1 else 's'}.")
        return _lead(request, _back(request))
    return _to_job(request, job)


def _selection(request: ConsoleRequest) -> Selection | None:
    """Return the selection that the form names, or None. Raise Http404 if it is not the person's own."""
    named = request.POST.get("selection", "")
    if not named:
        return None
    try:
        key = UUID(named)
    except ValueError:
        raise Http404("There is no such selection.") from None
    return get_object_or_404(Selection, pk=key, created_by=viewer(request))


def _create_on_ids(request: ConsoleRequest, form: JobForm) -> HttpResponse:
    if not form.is_valid():
        return _nothing_to_do(request, form)
    snapshots, missing = snapshots_read(form.cleaned_data["ids"])
    if not snapshots:
        form.add_error(None, "None of the selected messages is there any more.")
        return _nothing_to_do(request, form)
    if _is_dangerous(form, len(snapshots), viewer(request)) and not is_recent(request):
        return ask_again(request, back=_back(request))
    job = job_create(
        user=viewer(request),
        actor=actor_of(request),
        action=form.cleaned_data["action"],
        destination=form.cleaned_data["destination"],
        disposition=form.cleaned_data["disposition"],
        reason=form.cleaned_data["reason"],
        snapshots=snapshots,
    )
    if missing:
        messages.warning(request, f"{len(missing)} of the selected messages are not there any more.")
    return _to_job(request, job)


def _is_dangerous(form: JobForm, size: int, user: User) -> bool:
    """Return whether the job needs a second person; then it takes the first one's password too."""
    return needs_approval(form.cleaned_data["action"], [form.cleaned_data["destination"]], size, user=user)


def _back(request: ConsoleRequest) -> str:
    """Return the page on which the selection was made."""
    return safe_page(request, request.POST.get("next") or request.headers.get("Referer") or "")


def _carried(request: ConsoleRequest) -> dict[str, str]:
    """Return what the sheet needs to be the same after a detour."""
    return {"next": _back(request), **{name: str(request.POST.get(name, "")) for name in ("sheet", "about")}}


def _nothing_to_do(request: ConsoleRequest, form: PickForm | JobForm) -> HttpResponse:
    return render(request, "jobs/selections/nothing.html", {"form": form, "back": _back(request)}, status=422)


def _to_job(request: ConsoleRequest, job: Job) -> HttpResponse:
    return _lead(request, reverse("jobs:detail", args=[job.pk]))


def _lead(request: ConsoleRequest, target: str) -> HttpResponse:
    return HttpResponseClientRedirect(target) if request.htmx else redirect(target)
