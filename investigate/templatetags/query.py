"""Queries on pages: where one goes wrong, and text of mail as something to look for."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dashboard.templatetags.mail_text import reveal
from investigate.message.navigation import policy_url
from investigate.search.address import search_url
from investigate.search.query import QueryError
from investigate.search.query import as_words as _as_words
from investigate.search.query.operators import OPERATORS, Operator

register = template.Library()
register.simple_tag(policy_url, name="policy_url")
_LONGEST = 900


@register.simple_tag
def pointed(text: str, error: QueryError) -> SafeString:
    """Show the query with the place marked where it goes wrong."""
    start, end = error.span.start, max(error.span.end, error.span.start + 1)
    wrong = text[start:end] or "␣"
    return format_html(
        '<code class="query-text">{}<mark>{}</mark>{}</code>', reveal(text[:start]), reveal(wrong), reveal(text[end:])
    )


@register.simple_tag
def pivot_url(field: str, value: object, operator: str = "") -> str:
    """Return the address of the search for a value of mail; `operator` is one that has no field of the form.

    What the field would not take, an IP address that is none for one, is looked for as words.
    """
    text = str(value)[:_LONGEST]
    if operator:
        return search_url(None, query=f"{operator}:{as_words(text)}")
    if field == "ip" and OPERATORS["ip"].wrong(text):
        field = "query"
    return search_url(None, **{field: as_words(text) if field == "query" else text})


@register.simple_tag
def search_operators() -> list[Operator]:
    """Return the operators of the bar, for its help."""
    return list(OPERATORS.values())


@register.filter
def as_words(value: object) -> str:
    """Return text of mail as words to look for, whatever characters it has."""
    return _as_words(str(value))
