"""Views to start, list, watch, cancel and download exports of everything that a search finds."""

import gzip
from collections.abc import Iterator
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import actor_of
from dashboard.audit.services import record
from dashboard.polling import STOP_POLLING
from dashboard.requests import ConsoleRequest, wants_fragment
from dashboard.walking.services import walk_cancel
from investigate.search.form import SearchForm
from investigate.search.walks.models import ExportFormat, SearchExport
from investigate.search.walks.services import export_start

_SHOWN = 50


class ExportForm(forms.Form):
    """Form for the file format of an export."""

    format = forms.ChoiceField(choices=ExportFormat.choices)


@require_POST
def export_new(request: ConsoleRequest) -> HttpResponse:
    """Start an export of the search in the URL, and redirect to its page."""
    search, form = SearchForm(request.GET), ExportForm(request.POST)
    if not search.is_valid() or not form.is_valid():
        messages.error(request, "That search can't be made, so there is nothing to export.")
        return HttpResponseRedirect(reverse("investigate:search"))
    assert isinstance(request.user, User)  # noqa: S101 - for the type checker; the table of rights ensures it
    export = export_start(search, kind=form.cleaned_data["format"], actor=actor_of(request), user=request.user)
    return HttpResponseRedirect(reverse("investigate:export", args=[export.pk]))


@require_safe
def export_list(request: ConsoleRequest) -> HttpResponse:
    """Show the newest exports of all users."""
    context = {"exports": SearchExport.objects.all()[:_SHOWN], "kept_days": settings.GATEHOUSE_EXPORT_DAYS}
    return render(request, "investigate/search/exports.html", context)


@require_safe
@never_cache
def export(request: ConsoleRequest, export_id: UUID) -> HttpResponse:
    """Show the progress of an export. Polling of the fragment stops when the export ends."""
    row = get_object_or_404(SearchExport, pk=export_id)
    context = {"export": row, "kept_days": settings.GATEHOUSE_EXPORT_DAYS, "search_url": _search_url(row)}
    if wants_fragment(request):
        status = 200 if row.is_active else STOP_POLLING
        return render(request, "investigate/search/_export_progress.html", context, status=status)
    return render(request, "investigate/search/export.html", context)


@require_POST
def export_cancel(request: ConsoleRequest, export_id: UUID) -> HttpResponse:
    """Cancel an export. What was exported so far is kept."""
    row = get_object_or_404(SearchExport, pk=export_id)
    if not walk_cancel(row):
        messages.warning(request, "The export had come to its end already.")
    return HttpResponseRedirect(reverse("investigate:export", args=[row.pk]))


@require_safe
def export_download(request: ConsoleRequest, export_id: UUID) -> StreamingHttpResponse:
    """Send the file, and record the download in the audit trail.

    The name of an incomplete file has the suffix "-incomplete".
    """
    row = get_object_or_404(SearchExport, pk=export_id)
    if row.is_active:
        raise Http404("The export is not at its end yet.")
    record(
        actor=actor_of(request),
        action=AuditAction.SEARCH_EXPORT_DOWNLOAD,
        object_kind="export",
        object_id=str(row.pk),
        outcome=Outcome.DONE,
        detail={"messages": row.found},
    )
    kind = "text/csv" if row.format == ExportFormat.CSV else "application/x-ndjson"
    response = StreamingHttpResponse(_file(row), content_type=f"{kind}; charset=utf-8")
    partial = "" if row.is_whole else "-incomplete"
    name = f"gatehouse-{row.created_at:%Y%m%d-%H%M%S}{partial}.{row.format}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _file(row: SearchExport) -> Iterator[bytes]:
    for part in row.parts.order_by("number").iterator(chunk_size=4):
        yield gzip.decompress(bytes(part.content))


def _search_url(row: SearchExport) -> str:
    query = f"?{row.query}" if row.query else ""
    return reverse("investigate:search") + query
