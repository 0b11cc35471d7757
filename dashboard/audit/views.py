"""Views of the audit trail: the list, one entry, and the CSV export."""

from typing import Any

from django.http import Http404, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import actor_of
from dashboard.audit.entry_page import entry_context
from dashboard.audit.export import csv_lines, with_results
from dashboard.audit.forms import AuditFilterForm
from dashboard.audit.models import AuditEntry
from dashboard.audit.selectors import audit_entry, audit_export_rows, audit_page
from dashboard.audit.services import record
from dashboard.requests import ConsoleRequest


@require_safe
def audit_list(request: ConsoleRequest) -> HttpResponse:
    """List the audit trail, newest first, filtered by the URL's query."""
    form = AuditFilterForm(request.GET)
    if not form.is_valid():
        return render(request, "audit/list.html", {"form": form}, status=422)
    page = audit_page(**form.filters())
    context = {
        "form": form,
        "page": page,
        "is_filtered": bool(set(form.filters()) - {"before", "after"}),
        "older_url": _page_url(request.GET, before=page.older),
        "newer_url": _page_url(request.GET, after=page.newer),
        "export_query": request.GET.urlencode(),
    }
    return render(request, "audit/list.html", context)


@require_safe
def audit_detail(request: ConsoleRequest, entry_id: int) -> HttpResponse:
    """Show all of one entry: who, from where, what before and after, its result, and its place in the chain."""
    try:
        found = audit_entry(entry_id)
    except AuditEntry.DoesNotExist:
        raise Http404("There is no such entry.") from None
    return render(request, "audit/entry.html", entry_context(found))


@require_safe
def audit_export(request: ConsoleRequest) -> HttpResponse | StreamingHttpResponse:
    """Download the matching entries as CSV, newest first. The export is itself recorded in the trail."""
    form = AuditFilterForm(request.GET)
    if not form.is_valid():
        return render(request, "audit/list.html", {"form": form}, status=422)
    filters = form.filters()
    told = {name: str(value) for name, value in filters.items()}
    record(actor=actor_of(request), action=AuditAction.AUDIT_EXPORT, outcome=Outcome.DONE, detail=told)
    lines = csv_lines(with_results(audit_export_rows(**filters)))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="audit-{timezone.now():%Y-%m-%d}.csv"'
    response["Cache-Control"] = "no-store"
    return response


def _page_url(query: QueryDict, **key: Any) -> str:
    """Return the query string of the next page in one direction, or an empty string if there is none."""
    if None in key.values():
        return ""
    kept = {name: str(value) for name, value in query.items() if value and name not in {"before", "after"}}
    changed = QueryDict(mutable=True)
    changed.update({**kept, **{name: str(value) for name, value in key.items()}})
    return f"?{changed.urlencode()}"
