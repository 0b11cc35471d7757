"""Navigation of a message: its URLs in the pane beside a list and on its own page, and the links back."""

from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from django.http import QueryDict
from django.urls import reverse

from dashboard.requests import ConsoleRequest, wants_fragment
from dashboard.return_url import return_url
from investigate.display.message import DisplayedMessage
from investigate.search.address import search_url, without


@dataclass(frozen=True, slots=True)
class PaneLocation:
    """The place where a message is shown: in the pane beside a list, or on its own page.

    `list_query` is the query string of the list on the page, or None on the message's own page. `origin` is the query
    string of the list from which the message's own page was opened, or None if that list is unknown.
    """

    list_query: QueryDict | None
    origin: QueryDict | None = None

    @property
    def known_list(self) -> QueryDict | None:
        """Return the query string of the list on the page, else of the list that the user came from, else None."""
        return self.origin if self.list_query is None else self.list_query

    @property
    def is_beside_list(self) -> bool:
        return self.list_query is not None

    def message_url(self, message_id: str, tab: str = "summary", *, is_report: bool = False) -> str:
        """Return the URL of a tab of a message: in the pane if there is a list, else on the message's own page."""
        if self.list_query is None:
            return self.own_url(message_id, tab, is_report=is_report)
        return search_url(self.list_query, message=message_id, tab=None if tab == "summary" else tab)

    def own_url(self, message_id: str, tab: str = "summary", *, is_report: bool = False) -> str:
        """Return the URL of a tab on the message's own page. The URL includes the list where the message was found."""
        return own_url(message_id, tab, is_report=is_report, origin=self.known_list)

    @property
    def close_url(self) -> str:
        """Return the URL of the list without an open message; on the message's own page, of the list it came from."""
        return search_url(self.known_list)


# URL parameter of user reports, which the API keeps apart from other messages.
REPORT = "report"
# URL parameter of a message's own page with the query string of the list where the message was found.
ORIGIN = "list"


def own_url(message_id: str, tab: str = "summary", *, is_report: bool = False, origin: QueryDict | None = None) -> str:
    """Return the URL of a tab on the message's own page."""
    if tab == "summary":
        url = reverse("investigate:message", args=[message_id])
    else:
        url = reverse("investigate:message_tab", args=[message_id, tab])
    query = {REPORT: "1"} if is_report else {}
    if origin is not None:
        query[ORIGIN] = origin.urlencode()
    return f"{url}?{urlencode(query)}" if query else url


def is_about_report(request: ConsoleRequest) -> bool:
    """Return whether the URL names a user report (`report`) or a search for user reports (`reported`)."""
    return REPORT in request.GET or "reported" in request.GET


def pane_location_of(request: ConsoleRequest) -> PaneLocation:
    """Return the place of the request. For a fragment, that is the page in the browser that includes the fragment."""
    if not wants_fragment(request):
        return _place(request.path, request.GET)
    current = urlsplit(request.htmx.current_url_abs_path or "")
    return _place(current.path, QueryDict(current.query))


def _place(path: str, query: QueryDict) -> PaneLocation:
    if path == reverse("investigate:search"):
        return PaneLocation(without(query, ["message", "tab"]))
    return PaneLocation(None, origin=QueryDict(str(query[ORIGIN])) if ORIGIN in query else None)


def return_to_message(request: ConsoleRequest, message_id: str) -> str:
    """Return the URL in the form's `next` field if it is on this site, else the URL of the message's own page."""
    return return_url(request, default=own_url(message_id))


def policy_url(view: str, message: DisplayedMessage) -> str:
    """Return the URL of the form that blocks or allows the sender of a message. `view` is block or allow."""
    known = {
        "sender": message.sender,
        "domain": message.sender_domain,
        "ip": message.last_ip,
        "message": message.id,
    }
    return f"{reverse(f'settings_admin:{view}')}?{urlencode({name: value for name, value in known.items() if value})}"
