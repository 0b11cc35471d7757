"""View that closes a user's report and all open reports of the same mail."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from dashboard.audit.actor import actor_of
from dashboard.requests import ConsoleRequest
from investigate.reviews.forms import CloseForm
from investigate.reviews.lookup import find_submission
from investigate.reviews.views import first_error, redirect_back
from investigate.submissions.same_mail import close_all


@require_POST
def close_all_reports(request: ConsoleRequest, key: str) -> HttpResponse:
    """Close the reports in the console, with their outcome as text, and redirect back."""
    submission, form = find_submission(key), CloseForm(request.POST)
    if not form.is_valid():
        messages.error(request, first_error(form))
    else:
        count = close_all(submission, words=form.cleaned_data["words"], actor=actor_of(request))
        messages.success(request, f"Closed {count:,} report{'' if count == 1 else 's'} of this mail.")
    return redirect_back(request, submission)
