"""Links from one page of the message list to the next older and the next newer page."""

from django.http import QueryDict

from investigate.search.address import search_query
from investigate.search.form import SearchForm
from investigate.search.results import SearchPage


def older_page(form: SearchForm, page: SearchPage) -> QueryDict | None:
    """Return the query string of the next page, or None if this page is the last one or is still being filled."""
    if page.walk is not None:
        if page.walk.next is None or not page.walk.is_full:
            return None
        return _with(form, at=str(page.walk.next.new_page()))
    if page.resume_point is not None:
        return _with(form, past=str(page.resume_point))
    return _at_cursor(form, page.next_cursor)


def newer_page(form: SearchForm, page: SearchPage) -> QueryDict | None:
    """Return the query string of the previous page, or None if this page is the first or the API has no cursor back."""
    return _at_cursor(form, page.previous_cursor)


def _at_cursor(form: SearchForm, cursor: str | None) -> QueryDict | None:
    """Return the query string of the page at `cursor`, or None without a cursor.

    A cursor is valid only for its search. So the resume point `past`, which changes the search, is kept.
    """
    if not cursor:
        return None
    past = {"past": form.cleaned_data["past"]} if form.cleaned_data["past"] else {}
    return _with(form, cursor=cursor, **past)


def _with(form: SearchForm, **place: str) -> QueryDict:
    query = search_query(form)
    for name, value in place.items():
        query[name] = value
    return query
