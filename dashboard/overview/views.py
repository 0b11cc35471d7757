"""View of the overview, the first page after sign-in."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.capabilities import can
from dashboard.overview.charts import disposition_chart, labelled_bars, place_chart, top_rows
from dashboard.overview.figures import figures_since
from dashboard.overview.models import Picture
from dashboard.overview.ranges import DEFAULT_RANGE, RANGES
from dashboard.requests import ConsoleRequest

# Top lists: (name in the picture's `tops`, title, text for an empty list).
LISTS = [
    ("targets", "Most attacked", "Nobody was attacked."),
    ("senders", "Senders of what was found", "Nothing was found."),
    ("names", "Impersonated names", "Nobody was impersonated."),
    ("categories", "Threat categories", "No threat was named."),
    ("authentication", "Authentication failures", "SPF, DKIM and DMARC failed for nothing."),
]


@require_safe
def overview(request: ConsoleRequest) -> HttpResponse:
    """Show the mail received, held and acted on in one of the ranges. No API requests are made."""
    chosen = request.GET.get("range", DEFAULT_RANGE)
    if chosen not in RANGES:
        raise Http404("There is no such range.")
    picture = Picture.objects.filter(
        account_id=backend_account_id(), backend=backend_fingerprint(), range=chosen
    ).first()
    context: dict[str, object] = {"chosen": chosen, "ranges": RANGES.values(), "picture": picture}
    if picture is not None:
        figures = picture.figures
        by_disposition, by_place = disposition_chart(figures), place_chart(figures)
        since = datetime.fromisoformat(figures["start"])
        context |= {
            "total": sum(series.total for series in by_disposition.series),
            "by_disposition": by_disposition,
            "by_place": by_place,
            "axis": labelled_bars(by_disposition),
            "lists": [(name, title, none, top_rows(figures, name)) for name, title, none in LISTS],
            "figures": [figure for figure in figures_since(since) if can(request.user, figure.wanted)],
            "as_of": _moment(figures["as_of"]),
            "newest": _moment(figures["newest"]),
            "missing": figures["missing"],
            "partial": figures["partial"],
            "act": _spans(figures.get("time_to_act") or {}),
        }
    return render(request, "overview/overview.html", context)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _spans(act: dict[str, float | int | None]) -> dict[str, object]:
    """Return the times to act with their seconds converted to timedeltas."""
    return {
        name: timedelta(seconds=value) if name in {"median", "p95"} and value is not None else value
        for name, value in act.items()
    }
