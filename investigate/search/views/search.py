"""Views of the search page: the form, the message list, and the pane (the message opened beside the list)."""

import logging
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.models import User
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_htmx.http import push_url

from api_client import ApiError
from dashboard.audit.actions import Outcome
from dashboard.jobs.states import FOLDER_LABELS
from dashboard.problems import Problem, problem_of, with_retry_after
from dashboard.requests import ConsoleRequest, wants_fragment
from investigate.message.pane import Pane, open_pane
from investigate.message.pane_location import pane_location_of
from investigate.search.address import PLACE_PARAMETERS, canonical_query, chips, search_query, search_url, without
from investigate.search.client_side_filter import FilteredRows
from investigate.search.columns import Column, columns_of
from investigate.search.form import SearchForm
from investigate.search.paging import newer_page, older_page
from investigate.search.quick_views import quick_views
from investigate.search.results import SearchPage, message_search
from investigate.search.rows import rows_of
from investigate.search.saved.selectors import recent_searches, saved_searches
from investigate.search.saved.services import search_remember
from investigate.search.views.recording import record_search

logger = logging.getLogger(__name__)


@require_safe
@never_cache
def search(request: ConsoleRequest) -> HttpResponse:
    """Show one page of matching messages, and the message named in the URL in the pane beside the list."""
    form = SearchForm(request.GET)
    if not form.is_valid():
        return _refused(request, form)
    if form.is_clumsy(request.GET) and not wants_fragment(request):
        return HttpResponseRedirect(search_url(canonical_query(form), **_open_message(request.GET)))
    try:
        page = message_search(form)
    except ApiError as error:
        logger.warning("The search failed: %r", str(error))
        record_search(request, form, outcome=Outcome.FAILED)
        return _failed(request, form, problem_of(error))
    record_search(request, form)
    form = shown_form(form)
    columns = columns_of(request)
    context = _context(form, page, columns)
    if context["is_first"] and isinstance(request.user, User):
        search_remember(user=request.user, form=form)
    context |= _head_context(request, form)
    context["columns_url"] = f"{reverse('investigate:columns')}?{canonical_query(form).urlencode()}"
    if wants_fragment(request):
        response = render(request, "investigate/search/_results.html", context)
        return push_url(response, search_url(canonical_query(form), **_carried_message(request)))
    pane, problem = _pane(request, page)
    context |= {"pane": pane, "pane_problem": problem}
    trouble = problem or (pane.problem if pane else None)
    return render(request, "investigate/search/search.html", context, status=trouble.status if trouble else 200)


def shown_form(form: SearchForm) -> SearchForm:
    """Return a form of the same search with each part of the query in its own field: itself if they are there."""
    query = canonical_query(form)
    if form.cleaned_data["range"] == "custom":
        query["range"] = "custom"
    if query == form.data:
        return form
    shown = SearchForm(query)
    shown.is_valid()
    return shown


def _context(form: SearchForm, page: SearchPage, columns: list[Column]) -> dict[str, Any]:
    """Return the template context of the list. The scope of a selection is the whole search, not the shown page."""
    query = canonical_query(form)
    first = without(query, PLACE_PARAMETERS)
    return {
        "page": page,
        "columns": columns,
        "rows": rows_of(page.messages, columns, f"?{urlsplit(search_url(query, message='')).query}"),
        "found_here": form.place.shown + len(page.messages),
        "form": form,
        "chips": chips(form),
        "folders": list(FOLDER_LABELS.items()),
        "is_first": not any(form.cleaned_data[name] for name in ("cursor", "past", "at")),
        "is_narrowed": bool(first),
        "scope": first.urlencode(),
        "list_url": search_url(query),
        "newest_url": search_url(first),
        "count_url": f"{reverse('investigate:count')}?{first.urlencode()}",
        "select_url": f"{reverse('investigate:select')}?{first.urlencode()}",
        "newer_url": _newer_url(form, first, page),
        "everything_url": search_url(),
        "further_url": search_url(without(first, ["start", "end"]), range="90d"),
        "next_url": search_url(older) if (older := older_page(form, page)) else "",
        "previous_url": search_url(newer) if (newer := newer_page(form, page)) else "",
    } | _walk_context(first, page)


def _newer_url(form: SearchForm, first: QueryDict, page: SearchPage) -> str:
    """Return the URL to poll for new mail, or an empty string if the page is not the newest or the range has an end."""
    if any(form.cleaned_data[name] for name in ("cursor", "past", "at", "end")):
        return ""
    newest = page.messages[0].id if page.messages else ""
    query = first.copy()
    query["after"] = newest
    return f"{reverse('investigate:newer')}?{query.urlencode()}"


def _walk_context(first: QueryDict, page: SearchPage) -> dict[str, Any]:
    """Return the URLs from which the walk of the client-side filter continues: its next step, and a new page.

    The page requests the next step by itself. The new page is for the user's confirmation to continue.
    """
    if page.walk is None or page.walk.next is None:
        return {}
    step, further = page.walk.next, page.walk.next.new_page()
    return {
        "problem_of_walk": problem_of(page.walk.error) if page.walk.error else None,
        "step_url": f"{reverse('investigate:further')}?{without(first, ['at']).urlencode()}&at={step}",
        "look_further_url": search_url(first, at=further),
    }


@require_safe
@never_cache
def further(request: ConsoleRequest) -> HttpResponse:
    """Run the next step of the client-side filter, and return the rows it found and its progress."""
    form = SearchForm(request.GET)
    if not form.is_valid() or form.plan.rest is None:
        return _refused(request, form)
    if not wants_fragment(request):
        return HttpResponseRedirect(search_url(canonical_query(form)))
    try:
        page = message_search(form, is_step=True)
    except ApiError as error:
        logger.warning("The search failed on its way: %r", str(error))
        page = SearchPage([], walk=FilteredRows(place=form.place, next=form.place, error=error))
    context = _context(form, page, columns_of(request)) | {"is_step": True}
    return render(request, "investigate/search/_more_rows.html", context)


def _head_context(request: ConsoleRequest, form: SearchForm, *, is_valid: bool = True) -> dict[str, Any]:
    """Return the template context of the page's head. An invalid search can't be saved."""
    saved = saved_searches()
    return {
        "quick_views": quick_views(form if is_valid else None, saved),
        "filters_open": _filters_open(request, form),
        "fields_url": f"{reverse('investigate:fields')}?{search_query(form).urlencode() if is_valid else ''}",
        "is_fragment": wants_fragment(request),
        "saved_searches": saved,
        "recent_searches": recent_searches(request.user),
        "save_url": f"{reverse('investigate:save')}?{search_query(form).urlencode()}" if is_valid else "",
        "here_url": search_url(search_query(form)) if is_valid else "",
    }


@require_safe
@never_cache
def fields(request: ConsoleRequest) -> HttpResponse:
    """Show the form of the filters, which the search page fetches once it is opened. No API call is made."""
    form = SearchForm(request.GET)
    context = {"form": shown_form(form) if form.is_valid() else form}
    template = "investigate/search/_fields.html" if wants_fragment(request) else "investigate/search/fields.html"
    return render(request, template, context)


def _filters_open(request: ConsoleRequest, form: SearchForm) -> bool:
    """Return whether the filters are shown: they were searched with, have an error, or wait for the days of a range."""
    if form.errors:
        return form.query_error is None
    if request.htmx.trigger == "search-fields":
        return True
    return form.shown_range == "custom" and not form["start"].value() and not form["end"].value()


def _pane(request: ConsoleRequest, page: SearchPage) -> tuple[Pane | None, Problem | None]:
    """Return the pane of the message named in the URL, or the problem that prevents it from being shown.

    A message that is in the list is not fetched again.
    """
    message_id = request.GET.get("message", "")
    if not message_id:
        return None, None
    known = next((message for message in page.messages if message.id == message_id), None)
    tab = request.GET.get("tab", "summary")
    try:
        return open_pane(request, message_id=message_id, tab=tab, place=pane_location_of(request), known=known), None
    except ApiError as error:
        logger.warning("Message %r could not be opened: %r", message_id, str(error))
        return None, problem_of(error)


def _refused(request: ConsoleRequest, form: SearchForm) -> HttpResponse:
    """Show the form with its errors. No API call was made."""
    template = "investigate/search/_refused.html" if wants_fragment(request) else "investigate/search/search.html"
    return render(request, template, {"form": form} | _head_context(request, form, is_valid=False), status=422)


def _failed(request: ConsoleRequest, form: SearchForm, problem: Problem) -> HttpResponse:
    """Show the form with the API problem in place of the list."""
    retry_url = search_url(canonical_query(form)) if problem.can_retry else ""
    form = shown_form(form)
    context = {"problem": problem, "retry_url": retry_url, "form": form} | _head_context(request, form)
    template = "investigate/search/_failed.html" if wants_fragment(request) else "investigate/search/search.html"
    return with_retry_after(render(request, template, context, status=problem.status), problem)


def _open_message(query: QueryDict) -> dict[str, str]:
    return {name: str(query[name]) for name in ("message", "tab") if query.get(name)}


def _carried_message(request: ConsoleRequest) -> dict[str, str]:
    """Return the URL parameters of the message that stays open in the pane while the list changes."""
    return _open_message(QueryDict(urlsplit(request.htmx.current_url_abs_path or "").query))
