"""Template tags for the pages of submissions and reports."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.timezone import localdate

from dashboard.verdicts import verdict_of
from investigate.submissions.reporter_scores import ReporterScore
from investigate.submissions.scoreboard import Score, Scoreboard

register = template.Library()


@register.simple_tag
def disposition(value: str) -> SafeString:
    """Render a disposition with its mark, label and colour, or a dash if there is none yet."""
    if not value:
        return format_html('<span class="muted">{}</span>', "–")
    return SafeString(render_to_string("components/_verdict.html", {"verdict": verdict_of(value)}).strip())


@register.filter
def as_list(value: Any) -> list[Any]:
    """Return a list with the value as its only element."""
    return [value]


@register.simple_tag
def reporter_url(board: Scoreboard, row: ReporterScore) -> str:
    """Return the URL of the list of a reporter's reports."""
    query = {"view": "all", "type": "User", "from_day": localdate(board.since).isoformat()}
    if row.name:
        query["requested_by"] = row.name
    return f"{reverse('reviews:submissions')}?{urlencode(query)}"


@register.simple_tag
def score_url(board: Scoreboard, about: str, row: Score, agreement: str = "") -> str:
    """Return the URL of the list of submissions behind a figure of the scoreboard."""
    query = {"view": "all", "from_day": localdate(board.since).isoformat()}
    if about and row.name:
        query[about] = row.name
    if agreement:
        query["agreement"] = agreement
    return f"{reverse('reviews:submissions')}?{urlencode(query)}"
