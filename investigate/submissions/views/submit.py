"""View that submits a message as an .eml file for reclassification."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from api_client.models.values import SubmissionDisposition
from dashboard.audit.actor import actor_of
from dashboard.requests import ConsoleRequest
from dashboard.verdicts import verdict_of
from investigate.reviews.tasks import enqueue_refresh
from investigate.submissions.forms import SubmitForm
from investigate.submissions.services import messages_of_file, submit_file


@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: ConsoleRequest) -> HttpResponse:
    """Show the form, or request another disposition for the newest message with the file's Message-ID."""
    if request.method != "POST":
        return render(request, "investigate/submissions/submit.html", {"form": SubmitForm()})
    form = SubmitForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "investigate/submissions/submit.html", {"form": form}, status=422)
    content = form.cleaned_data["eml"].read()
    found = messages_of_file(content)
    if not found:
        form.add_error(
            "eml",
            "The API knows no message with this file's Message-ID, and it takes submissions only of mail that it has"
            " seen. Check that the file is the whole message, with its headers.",
        )
        return render(request, "investigate/submissions/submit.html", {"form": form}, status=422)
    asked = SubmissionDisposition(form.cleaned_data["disposition"])
    submit_file(found[0], content=content, asked=asked, actor=actor_of(request))
    enqueue_refresh(countdown=1)
    which = (
        "" if len(found) == 1 else f" The API has {len(found)} messages of this Message-ID; the newest was submitted."
    )
    messages.success(request, f"Submitted: asked to judge it {verdict_of(asked.value).label}.{which}")
    return redirect(f"{reverse('reviews:submissions')}?view=all")
