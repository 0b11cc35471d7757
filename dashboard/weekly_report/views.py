"""Pages of the weekly report: when it is sent and to whom, a trial, and the PDF."""

from __future__ import annotations

from datetime import UTC

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from dashboard.audit.actor import actor_of
from dashboard.outbox.mail import LANGUAGES
from dashboard.outbox.selectors import entries_about
from dashboard.pdf import NoPdf
from dashboard.requests import ConsoleRequest
from dashboard.weekly_report.figures import last_whole_week, week_of
from dashboard.weekly_report.forms import RecipientForm, ScheduleForm
from dashboard.weekly_report.models import ReportRecipient
from dashboard.weekly_report.sending import pdf_file, schedule_ensure
from dashboard.weekly_report.services import (
    WEB_SECONDS,
    CannotAdd,
    recipient_add,
    recipient_remove,
    report_try,
    schedule_save,
)


@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: ConsoleRequest) -> HttpResponse:
    """Show when the report is sent and to whom, or change when."""
    schedule = schedule_ensure()
    now = {name: getattr(schedule, name) for name in ("is_on", "weekday", "hour", "zone")}
    form = ScheduleForm(request.POST) if request.method == "POST" else ScheduleForm(initial=now)
    if request.method == "POST" and form.is_valid():
        schedule_save(schedule, values=form.cleaned_data, actor=actor_of(request))
        messages.success(request, "Kept.")
        return redirect("weekly_report:settings")
    return _page(request, form=form)


@require_POST
def add(request: ConsoleRequest) -> HttpResponse:
    """Add a recipient."""
    form = RecipientForm(request.POST)
    if form.is_valid():
        try:
            recipient_add(schedule_ensure(), actor=actor_of(request), **form.cleaned_data)
        except CannotAdd as error:
            form.add_error("address", str(error))
        else:
            messages.success(request, f"{form.cleaned_data['address']} gets the next report.")
            return redirect("weekly_report:settings")
    return _page(request, adding=form)


@require_POST
def remove(request: ConsoleRequest, recipient_id: int) -> HttpResponse:
    """Remove a recipient."""
    recipient = get_object_or_404(ReportRecipient, pk=recipient_id, schedule=schedule_ensure())
    recipient_remove(recipient, actor=actor_of(request))
    messages.success(request, f"{recipient.address} gets it no more.")
    return redirect("weekly_report:settings")


@require_POST
def trial(request: ConsoleRequest) -> HttpResponse:
    """Send the last whole week's report to the person's own address."""
    assert isinstance(request.user, User)  # noqa: S101 - for the type checker; the table of rights ensures it
    if not request.user.email:
        messages.error(request, "Your account has no mail address.")
        return redirect("weekly_report:settings")
    missing = report_try(address=request.user.email, language=_language(request), actor=actor_of(request))
    if missing:
        messages.warning(request, f"It is on its way to {request.user.email}, without its PDF: {missing}.")
    else:
        messages.success(request, f"It is on its way to {request.user.email}.")
    return redirect("weekly_report:settings")


@require_POST
def download(request: ConsoleRequest) -> HttpResponse:
    """Give the last whole week's report as PDF."""
    week = week_of(last_whole_week(timezone.now().astimezone(UTC).date()))
    try:
        file = pdf_file(week, _language(request), seconds=WEB_SECONDS)
    except NoPdf as error:
        messages.error(request, f"The PDF could not be drawn: {error}.")
        return redirect("weekly_report:settings")
    answer = HttpResponse(file.content, content_type=file.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return answer


def _language(request: ConsoleRequest) -> str:
    wanted = request.POST.get("language", "en")
    return wanted if wanted in LANGUAGES else "en"


def _page(
    request: ConsoleRequest, *, form: ScheduleForm | None = None, adding: RecipientForm | None = None
) -> HttpResponse:
    schedule = schedule_ensure()
    now = {name: getattr(schedule, name) for name in ("is_on", "weekday", "hour", "zone")}
    context = {
        "schedule": schedule,
        "form": form or ScheduleForm(initial=now),
        "adding": adding or RecipientForm(),
        "recipients": list(schedule.recipients.all()),
        "languages": LANGUAGES,
        "sent": list(entries_about("weekly_report", schedule.sent_week.isoformat())[:200])
        if schedule.sent_week
        else [],
    }
    return render(request, "weekly_report/settings.html", context)
