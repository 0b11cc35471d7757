"""View of the scoreboard of submissions."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.requests import ConsoleRequest
from investigate.reviews.mirror import mirror_of
from investigate.reviews.models import MirrorKind
from investigate.submissions.reporter_scores import reporter_scores
from investigate.submissions.scoreboard import DEFAULT_RANGE, RANGES, scoreboard


@require_safe
def scores(request: ConsoleRequest) -> HttpResponse:
    """Show how often the final disposition was the requested one, and how long answers took."""
    chosen = request.GET.get("range", DEFAULT_RANGE)
    if chosen not in RANGES:
        raise Http404("There is no such range.")
    board = scoreboard(chosen)
    context = {
        "board": board,
        "reporters": reporter_scores(board.since),
        "chosen": chosen,
        "ranges": RANGES,
        "mirror": mirror_of(MirrorKind.SUBMISSIONS),
    }
    return render(request, "investigate/submissions/scoreboard.html", context)
