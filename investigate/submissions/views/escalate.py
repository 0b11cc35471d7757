"""View that escalates a user's report: request another disposition from the API in the team's name."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from api_client.models.values import SubmissionDisposition
from dashboard.audit.actor import actor_of
from dashboard.requests import ConsoleRequest
from dashboard.verdicts import verdict_of
from investigate.reviews.lookup import find_submission
from investigate.reviews.tasks import enqueue_refresh
from investigate.reviews.views import first_error, redirect_back
from investigate.submissions import services
from investigate.submissions.forms import EscalateForm
from investigate.submissions.same_mail import answer_others


@require_POST
def escalate_submission(request: ConsoleRequest, key: str) -> HttpResponse:
    """Escalate the user's report, and redirect back to its page."""
    submission, form = find_submission(key), EscalateForm(request.POST)
    if submission.type.lower() != "user" or not submission.original_postfix_id:
        messages.error(request, "Only a user's report of a message that the API knows can be escalated.")
    elif not form.is_valid():
        messages.error(request, first_error(form))
    else:
        asked = SubmissionDisposition(form.cleaned_data["disposition"])
        services.escalate(submission, asked=asked, actor=actor_of(request))
        enqueue_refresh(countdown=1)
        label = verdict_of(asked.value).label
        messages.success(request, f"Escalated: asked to judge it {label}. The answer takes a while.")
        if request.POST.get("all"):
            assert isinstance(request.user, User)  # noqa: S101 - for the type checker; the table of rights ensures it
            job = answer_others(submission, asked=asked, user=request.user, actor=actor_of(request))
            if job is not None:
                messages.success(request, f"The same was asked for {job.size:,} more reported messages, by a job.")
    return redirect_back(request, submission)
