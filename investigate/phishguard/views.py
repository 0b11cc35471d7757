"""Views of the list of PhishGuard reports, and of one report."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.audit.selectors import audit_of_object
from dashboard.requests import ConsoleRequest
from dashboard.verdicts import verdict_of
from investigate.phishguard.forms import ReportFilterForm
from investigate.phishguard.selectors import REPORT_VIEWS, report_page
from investigate.reviews.forms import CloseForm, NoteForm
from investigate.reviews.lookup import find_report
from investigate.reviews.mirror import mirror_of
from investigate.reviews.models import MirrorKind
from investigate.reviews.paging import page_urls, query_with
from investigate.reviews.selectors import reports_all


@require_safe
def report_list(request: ConsoleRequest) -> HttpResponse:
    """Show a page of reports, newest first."""
    view = request.GET.get("view", "open")
    if view not in REPORT_VIEWS:
        raise Http404("There is no such view.")
    form = ReportFilterForm(request.GET, priorities=_values("priority"), dispositions=_values("disposition"))
    context: dict[str, Any] = {
        "form": form,
        "view": view,
        "views": [(name, label, query_with(request, view=name, page=None)) for name, label in REPORT_VIEWS.items()],
        "mirror": mirror_of(MirrorKind.REPORTS),
    }
    if not form.is_valid():
        return render(request, "investigate/phishguard/reports.html", context, status=422)
    assert isinstance(request.user, User)  # noqa: S101 - for the type checker; the table of rights ensures it
    number = form.cleaned_data.get("page") or 1
    page = report_page(viewer=request.user, view=view, filters=form.cleaned_data, number=number)
    context |= {"page": page, **page_urls(request, page.number, page.more)}
    return render(request, "investigate/phishguard/reports.html", context)


def _values(column: str) -> list[str]:
    """Return the values of the column that occur in the mirror. The API's documentation does not list them."""
    found = reports_all().exclude(**{column: ""}).order_by(column).values_list(column, flat=True).distinct()
    return list(found[:50])


@require_safe
def report(request: ConsoleRequest, key: int) -> HttpResponse:
    """Show one report, on a page that is suited for printing."""
    found = find_report(key)
    context = {
        "report": found,
        "verdict": verdict_of(found.disposition),
        "notes": list(found.notes.all()),
        "trail": audit_of_object(kind="report", object_id=str(found.report_id)),
        "note_form": NoteForm(),
        "close_form": CloseForm(),
        "mirror": mirror_of(MirrorKind.REPORTS),
    }
    return render(request, "investigate/phishguard/report.html", context)
