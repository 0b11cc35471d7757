"""Views of the list of submissions, and of one submission beside its message."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from api_client import ApiError
from dashboard.audit.selectors import audit_of_object
from dashboard.problems import problem_of
from dashboard.requests import ConsoleRequest
from dashboard.verdicts import verdict_of
from investigate.message.selectors import message_get
from investigate.reporter_answers.selectors import answers_of
from investigate.reviews.forms import CloseForm, NoteForm
from investigate.reviews.lookup import find_submission
from investigate.reviews.mirror import mirror_of
from investigate.reviews.models import MirrorKind
from investigate.reviews.paging import page_urls, query_with
from investigate.reviews.request_matching import unmatched_requests
from investigate.submissions.campaign_rows import others_of_row
from investigate.submissions.forms import EscalateForm, SubmissionFilterForm
from investigate.submissions.same_mail import SHOWN, open_reports_of_same_mail, reports_of_same_mail
from investigate.submissions.selectors import SUBMISSION_ORDERS, SUBMISSION_VIEWS, submission_page

logger = logging.getLogger(__name__)


@require_safe
def submission_list(request: ConsoleRequest) -> HttpResponse:
    """Show a page of submissions in one of the views (such as open or overdue), with all filters of the API."""
    form, view = SubmissionFilterForm(request.GET), request.GET.get("view", "open")
    if view not in SUBMISSION_VIEWS:
        raise Http404("There is no such view.")
    context: dict[str, Any] = {
        "form": form,
        "view": view,
        "views": [(name, label, query_with(request, view=name, page=None)) for name, label in SUBMISSION_VIEWS.items()],
        "mirror": mirror_of(MirrorKind.SUBMISSIONS),
        "hours": settings.GATEHOUSE_REVIEW_HOURS,
    }
    if not form.is_valid():
        return render(request, "investigate/submissions/submissions.html", context, status=422)
    if view == "unmatched":
        return render(
            request, "investigate/submissions/submissions.html", context | {"unmatched": unmatched_requests()}
        )
    assert isinstance(request.user, User)  # noqa: S101 - for the type checker; the table of rights ensures it
    number = form.cleaned_data.get("page") or 1
    page = submission_page(viewer=request.user, view=view, filters=form.cleaned_data, number=number)
    context |= {"page": page, "heads": _heads(request, form), **page_urls(request, page.number, page.more)}
    return render(request, "investigate/submissions/submissions.html", context)


def _heads(request: ConsoleRequest, form: SubmissionFilterForm) -> list[tuple[str, str, str]]:
    """Return the label, URL and direction ("", "ascending" or "descending") of each column that can order the list."""
    current = form.cleaned_data.get("order") or "requested_at"
    descending = form.cleaned_data.get("direction") != "asc"
    heads = []
    for name, label in SUBMISSION_ORDERS.items():
        turned = "asc" if name == current and descending else "desc"
        sorting = ("descending" if descending else "ascending") if name == current else ""
        heads.append((label, query_with(request, order=name, direction=turned, page=None), sorting))
    return heads


@require_safe
def submission(request: ConsoleRequest, key: str) -> HttpResponse:
    """Show one submission beside the message that it is about."""
    found = find_submission(key)
    message, problem = None, None
    if found.original_postfix_id:
        try:
            message = message_get(found.original_postfix_id)
        except ApiError as error:
            logger.warning("The message of submission %r could not be read: %r", key, str(error))
            problem = problem_of(error)
    context = {
        "submission": found,
        "verdicts": {
            name: verdict_of(value) if value else None
            for name, value in (
                ("original", found.original_disposition),
                ("requested", found.requested_disposition),
                ("final", found.outcome_disposition),
            )
        },
        "message": message,
        "problem": problem,
        "notes": list(found.notes.all()),
        "trail": audit_of_object(kind="submission", object_id=found.submission_id),
        "same_mail": list(reports_of_same_mail(found)[:SHOWN]),
        "same_mail_count": reports_of_same_mail(found).count(),
        "same_mail_open": open_reports_of_same_mail(found).count(),
        "campaign_reports": list(others_of_row(found)[:SHOWN]),
        "campaign_reports_count": others_of_row(found).count(),
        "answers": answers_of([found.submission_id]).get(found.submission_id, []),
        "note_form": NoteForm(),
        "close_form": CloseForm(),
        "escalate_form": EscalateForm(initial={"disposition": found.requested_disposition}),
        "can_escalate": found.type.lower() == "user"
        and bool(found.original_postfix_id)
        and found.customer_status != "escalated",
        "mirror": mirror_of(MirrorKind.SUBMISSIONS),
    }
    return render(request, "investigate/submissions/submission.html", context)
