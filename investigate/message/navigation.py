"""Where the person is: at a message of its own page, or at one beside a list."""

from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from django.http import QueryDict
from django.urls import reverse

from dashboard.requests import ConsoleRequest, wants_fragment
from dashboard.return_url import return_url
from investigate.display.message import ShownMessage
from investigate.search.address import search_url, without


@dataclass(frozen=True, slots=True)
class Place:
    """`list_query` is the query of the list that is on the page, None where there is no list.

    `origin` is the query of the list from which a message was opened on its own page, None where nobody knows one.
    """

    list_query: QueryDict | None
    origin: QueryDict | None = None

    @property
    def known_list(self) -> QueryDict | None:
        """The list that the person came from, or stands at."""
        return self.origin if self.list_query is None else self.list_query

    @property
    def is_beside_list(self) -> bool:
        return self.list_query is not None

    def message_url(self, message_id: str, tab: str = "summary", *, is_report: bool = False) -> str:
        """Return the address of a tab of a message, beside the list where there is one."""
        if self.list_query is None:
            return self.own_url(message_id, tab, is_report=is_report)
        return search_url(self.list_query, message=message_id, tab=None if tab == "summary" else tab)

    def own_url(self, message_id: str, tab: str = "summary", *, is_report: bool = False) -> str:
        """Return the address of a tab on the message's own page, which keeps in mind the list it was found in."""
        return own_url(message_id, tab, is_report=is_report, origin=self.known_list)

    @property
    def close_url(self) -> str:
        """The list without a message; from a message's own page, the list that it was found in."""
        return search_url(self.known_list)


# What an address of a person's report holds, so that it is looked for where reports lie.
REPORT = "report"
# Where the address of a message's own page keeps the list that it was found in.
ORIGIN = "list"


def own_url(message_id: str, tab: str = "summary", *, is_report: bool = False, origin: QueryDict | None = None) -> str:
    """Return the address of a tab on the message's own page."""
    if tab == "summary":
        url = reverse("investigate:message", args=[message_id])
    else:
        url = reverse("investigate:message_tab", args=[message_id, tab])
    query = {REPORT: "1"} if is_report else {}
    if origin is not None:
        query[ORIGIN] = origin.urlencode()
    return f"{url}?{urlencode(query)}" if query else url


def is_about_report(request: ConsoleRequest) -> bool:
    """Tell whether the address, or the search beside which it stands, is about what people reported."""
    return REPORT in request.GET or "reported" in request.GET


def place_of(request: ConsoleRequest) -> Place:
    """Return where the person is: for a part of a page that is the page around it, else the address asked for."""
    if not wants_fragment(request):
        return _place(request.path, request.GET)
    current = urlsplit(request.htmx.current_url_abs_path or "")
    return _place(current.path, QueryDict(current.query))


def _place(path: str, query: QueryDict) -> Place:
    if path == reverse("investigate:search"):
        return Place(without(query, ["message", "tab"]))
    return Place(None, origin=QueryDict(str(query[ORIGIN])) if ORIGIN in query else None)


def way_back(request: ConsoleRequest, message_id: str) -> str:
    """Return the page that a form names as `next`, as long as it is one of ours; else the message's own."""
    return return_url(request, default=own_url(message_id))


def policy_url(view: str, message: ShownMessage) -> str:
    """Return where the sender of a message is blocked or allowed; `view` is block or allow."""
    known = {
        "sender": message.sender,
        "domain": message.sender_domain,
        "ip": message.last_ip,
        "message": message.id,
    }
    return f"{reverse(f'settings_admin:{view}')}?{urlencode({name: value for name, value in known.items() if value})}"
