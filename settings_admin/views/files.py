"""Views that import and export policies as CSV files, and download the lines of a run with their errors."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from django import forms
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import actor_of
from dashboard.audit.services import record
from dashboard.csv_cells import csv_lines
from dashboard.requests import ConsoleRequest
from settings_admin.entries.api import Policies
from settings_admin.entries.forms import ListForm
from settings_admin.files.reading import BYTES_AT_MOST, BadFile, text_of
from settings_admin.files.writing import file_lines
from settings_admin.history.selectors import KIND_BY_RESOURCE
from settings_admin.kinds import Kind
from settings_admin.runs.models import Run, RunLine
from settings_admin.runs.selectors import SHOWN, runs_of_backend
from settings_admin.runs.services import import_begin
from settings_admin.views.page_layout import page


class UploadForm(forms.Form):
    """Form for uploading a CSV file."""

    file = forms.FileField(
        label="CSV file",
        allow_empty_file=False,
        help_text="UTF-8, comma or semicolon separated, up to 100,000 lines.",
        widget=forms.FileInput({"accept": ".csv,text/csv"}),
    )

    def clean_file(self) -> str:
        """Return the decoded text of the file."""
        file = self.cleaned_data["file"]
        if file.size > BYTES_AT_MOST:
            raise forms.ValidationError(f"The file is larger than {BYTES_AT_MOST // 1024 // 1024} MB. Split it.")
        try:
            return text_of(file.read())
        except BadFile as error:
            raise forms.ValidationError(str(error)) from error


def _with_format(kind: Kind) -> None:
    if not kind.columns:
        raise Http404("The dashboard has no file format for this kind.")


@require_http_methods(["GET", "HEAD", "POST"])
def import_file(request: ConsoleRequest, kind: Kind) -> HttpResponse:
    """Accept a CSV file and have the worker plan its changes. Nothing is written until a user applies the plan."""
    _with_format(kind)
    if request.method != "POST":
        return page(request, "import.html", {"form": UploadForm()}, kind=kind)
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return page(request, "import.html", {"form": form}, kind=kind, status=422)
    name = str(getattr(request.FILES["file"], "name", "") or "").replace("\0", "")
    made = import_begin(kind=kind, text=form.cleaned_data["file"], file_name=name, actor=actor_of(request))
    return redirect("settings_admin:run", made.pk)


@require_safe
def export(request: ConsoleRequest, kind: Kind) -> HttpResponse | StreamingHttpResponse:
    """Download all entries that match the list's filters, in the Cloudflare dashboard's CSV format."""
    _with_format(kind)
    form = ListForm(kind, request.GET)
    if not form.is_valid():
        return page(request, "_list_results.html", {"form": form}, kind=kind, status=422)
    found = Policies(kind).everything(**form.filters())
    # Request the first entry before the response starts, so that an API error becomes an error page, not half a file.
    first = next(found, None)
    record(
        actor=actor_of(request),
        action=AuditAction.POLICY_EXPORT,
        object_kind=kind.noun,
        outcome=Outcome.DONE,
        detail={name: str(value) for name, value in form.filters().items()},
    )
    entries = [] if first is None else [first]

    def values() -> Iterator[dict[str, object]]:
        yield from (entry.values for entry in entries)
        yield from (entry.values for entry in found)

    name = f"{kind.slug}-{timezone.now():%Y-%m-%d}.csv"
    return _download(file_lines(kind, values()), name)


@require_safe
def lines_csv(request: ConsoleRequest, run_id: str) -> StreamingHttpResponse:
    """Download a run's lines as CSV, or one group of them, with the state of each line and the reason."""
    found: Run = get_object_or_404(runs_of_backend().defer("source"), pk=run_id)
    show = request.GET.get("show", "")
    lines = RunLine.objects.filter(run=found, **(SHOWN[show][1] if show in SHOWN else {})).order_by("number")
    kind = KIND_BY_RESOURCE[found.kind]
    record(
        actor=actor_of(request),
        action=AuditAction.RUN_LINES_EXPORT,
        object_kind="run",
        object_id=str(found.pk),
        outcome=Outcome.DONE,
        detail={"show": show} if show in SHOWN else None,
    )
    return _download(_line_rows(lines), f"{kind.slug}-lines.csv")


def _line_rows(lines: object) -> Iterator[str]:
    found = lines.iterator(chunk_size=1000)  # type: ignore[attr-defined]  # a queryset of lines
    cells = ((line.number, line.name, line.get_op_display(), line.state, line.reason) for line in found)
    yield from csv_lines(chain([("Line", "Entry", "Would be", "State", "Why")], cells))


def _download(lines: Iterator[str], name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
