"""Showing submissions and reports."""

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
from investigate.submissions.scoreboard import Score, Scoreboard

register = template.Library()


@register.simple_tag
def disposition(value: str) -> SafeString:
    """Show a disposition by mark, word and colour; nothing where there is none yet."""
    if not value:
        return format_html('<span class="muted">{}</span>', "–")
    return SafeString(render_to_string("components/_verdict.html", {"verdict": verdict_of(value)}).strip())


@register.filter
def as_list(value: Any) -> list[Any]:
    """Return the value as a list of one."""
    return [value]


@register.simple_tag
def score_url(board: Scoreboard, about: str, row: Score, agreement: str = "") -> str:
    """Return the address of the list behind a figure of the scoreboard."""
    query = {"view": "all", "from_day": localdate(board.since).isoformat()}
    if about and row.name:
        query[about] = row.name
    if agreement:
        query["agreement"] = agreement
    return f"{reverse('reviews:submissions')}?{urlencode(query)}"
