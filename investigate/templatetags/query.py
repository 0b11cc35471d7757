"""Template tags for queries: mark the error in a query, and link values of a message to searches for them."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dashboard.templatetags.mail_text import reveal
from investigate.message.pane_location import policy_url
from investigate.search.address import search_url
from investigate.search.query import QueryError
from investigate.search.query import as_words as _as_words
from investigate.search.query.operators import OPERATORS, Operator

register = template.Library()
register.simple_tag(policy_url, name="policy_url")
_LONGEST = 900
_LONGEST_ADDRESS = 4000


@register.simple_tag
def mark_query_error(text: str, error: QueryError) -> SafeString:
    """Render the query with the place of the error marked."""
    start, end = error.span.start, max(error.span.end, error.span.start + 1)
    wrong = text[start:end] or "␣"
    return format_html(
        '<code class="query-text">{}<mark>{}</mark>{}</code>', reveal(text[:start]), reveal(wrong), reveal(text[end:])
    )


@register.simple_tag
def pivot_url(field: str, value: object, operator: str = "") -> str:
    """Return the URL of the search for a value of a message, in a form field or with an `operator` that has no field.

    A value that the field would reject, such as an invalid IP address, is searched as words.
    """
    text = str(value)[: _LONGEST_ADDRESS if field == "url" else _LONGEST]
    if operator:
        return search_url(None, query=f"{operator}:{as_words(text)}")
    if field in ("ip", "url") and OPERATORS[field].wrong(text):
        field = "query"
    return search_url(None, **{field: as_words(text) if field == "query" else text})


@register.simple_tag
def search_operators() -> list[Operator]:
    """Return the operators of the query language, for the help of the search bar."""
    return list(OPERATORS.values())


@register.filter
def as_words(value: object) -> str:
    """Return text from a message escaped so that a query searches for its words and not for syntax in it."""
    return _as_words(str(value))
